cd /root/shop
sed -i 's|orders:/var/lib/redis|orders:/data|' compose.yaml
docker compose up -d cache  # unchecked: the check takes the shop down and up as well
