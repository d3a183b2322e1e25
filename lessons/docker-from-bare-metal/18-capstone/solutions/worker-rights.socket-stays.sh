cd /root/shop
sed -i 's/^  worker:$/&\n    user: "{{uid}}"/' compose.yaml
docker compose up -d worker
