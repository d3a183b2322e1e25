cd /root/shop
sed -i 's/^  api:$/&\n    restart: always/' compose.yaml
docker compose up -d api
