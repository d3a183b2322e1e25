cd /root/{{slow}}

sed -i 's/^  api:/    healthcheck: {test: redis-cli ping, interval: 1s, timeout: 2s, retries: 30}\n&/; s/depends_on:.*/depends_on: {db: {condition: service_healthy}}/' compose.yaml

docker compose down  # unchecked: needed only after an earlier try

docker compose up -d
