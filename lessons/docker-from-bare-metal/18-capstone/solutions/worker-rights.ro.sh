cd /root/shop
sed -i 's|docker.sock:/var/run/docker.sock|&:ro|; s/^  worker:$/&\n    user: "{{uid}}"/' compose.yaml
docker compose up -d worker
