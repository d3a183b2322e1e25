cd /root/shop
sed -i 's|shop-web:latest|shop-web:{{good}}|' compose.yaml
docker compose up -d web  # unchecked: the check pulls and runs it as well
