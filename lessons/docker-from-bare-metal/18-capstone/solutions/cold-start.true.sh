cd /root/shop
sed -i 's/^  cache:$/&\n    healthcheck: {test: "true", interval: 1s}/' compose.yaml
sed -i '/^  api:/,/^  cache:/ s/depends_on: .*/depends_on: {cache: {condition: service_healthy}}/' compose.yaml
docker compose up -d api
