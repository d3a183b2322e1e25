cd /root/shop
echo CACHE_PASSWORD={{password}} >.env
sed -i 's|CACHE_PASSWORD:.*|CACHE_PASSWORD: ${CACHE_PASSWORD}|' compose.yaml
docker compose up -d cache worker api
