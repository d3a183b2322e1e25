cd /root/shop
sed -i 's/LISTEN: .*/LISTEN: 0.0.0.0:{{api_port}}/; s/^  api:$/&\n    ports: ["{{api_port}}:{{api_port}}"]/' compose.yaml
docker compose up -d api
