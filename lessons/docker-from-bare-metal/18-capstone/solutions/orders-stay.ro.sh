cd /root/shop
sed -i 's|orders:/var/lib/redis|orders:/data:ro|' compose.yaml
docker compose up -d cache
