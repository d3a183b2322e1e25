cd /root/{{slow}}

sed -i 's/^  api:/    healthcheck: {test: redis-cli ping, interval: 1s, timeout: 2s, retries: 30}\n&/' compose.yaml

docker compose up -d
