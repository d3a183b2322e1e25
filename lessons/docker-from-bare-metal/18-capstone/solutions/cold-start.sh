cd /root/shop
sed -i 's/^  cache:$/&\n    healthcheck: {test: redis-cli ping, interval: 1s, timeout: 2s, retries: 30}/' compose.yaml
sed -i '/^  api:/,/^  cache:/ s/depends_on: .*/depends_on: {cache: {condition: service_healthy}}/' compose.yaml
docker compose up -d api
