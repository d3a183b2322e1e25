cd /root/shop
sed -i 's|^CMD .*|CMD ["sh", "/app/worker.sh"]|' worker/Dockerfile
docker compose up -d worker
