cd /root/shop
sed -i 's|^  worker:$|&\n    command: sh /app/worker.sh|' compose.yaml
docker compose up -d worker
