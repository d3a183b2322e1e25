cd /root/shop
sed -i 's/127.0.0.1:{{port}}:80/127.0.0.1:{{shop_port}}:80/' compose.yaml
docker compose restart front
