cd /root/shop
sed -i 's|orders:/var/lib/redis|orders:/data/orders|' compose.yaml
docker compose up -d cache
