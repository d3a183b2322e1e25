cd /root/shop
sed -i 's/LISTEN: .*/LISTEN: 0.0.0.0:{{api_port}}/; s/^  api:$/&\n    network_mode: host/' compose.yaml
docker compose up -d api
