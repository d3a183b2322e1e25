cd /root/shop
sed -i '/healthcheck:/,/retries:/d' compose.yaml
docker compose up -d front
