cd /root/shop
sed -i '/^  worker:/,$ { /^    volumes:/d; /docker.sock/d; s/^  worker:$/&\n    user: "{{uid}}"/ }' compose.yaml
docker compose up -d worker
