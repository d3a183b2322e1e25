cd /root/shop
sed -i 's|shop-web:latest|shop-web:{{bad}}|' compose.yaml
docker compose up -d web
