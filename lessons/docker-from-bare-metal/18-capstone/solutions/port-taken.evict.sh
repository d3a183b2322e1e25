cd /root/shop
docker rm -f {{team}}
docker compose up -d front
