cd /root/shop
sed -i '/^  worker:/,$ { /^    volumes:/d; /docker.sock/d }' compose.yaml
docker compose up -d worker
