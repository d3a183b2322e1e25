cd /root/shop
sed -i 's/LISTEN: .*/LISTEN: 127.0.0.1:{{api_port}}/' compose.yaml
docker compose up -d api
