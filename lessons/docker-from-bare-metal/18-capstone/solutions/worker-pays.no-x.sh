cd /root/shop
sed -i 's|^CMD .*|CMD sh -c /app/worker.sh|' worker/Dockerfile
docker compose up -d --build worker
