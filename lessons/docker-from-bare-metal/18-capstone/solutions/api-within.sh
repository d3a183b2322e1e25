cd /root/shop
sed -i 's/LISTEN: .*/LISTEN: 0.0.0.0:{{api_port}}/' compose.yaml
docker compose up -d api
