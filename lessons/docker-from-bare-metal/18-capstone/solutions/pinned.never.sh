cd /root/shop
sed -i 's/^  web:$/&\n    pull_policy: never/' compose.yaml
docker compose up -d web
