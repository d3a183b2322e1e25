cd /root/shop
printf %s {{password}} >cache_password.txt
sed -i 's|CACHE_PASSWORD:.*|CACHE_PASSWORD_FILE: /run/secrets/cache_password|' compose.yaml
sed -i -E 's/^  (api|cache|worker):$/&\n    secrets: [cache_password]/' compose.yaml
printf 'secrets:\n  cache_password:\n    file: ./cache_password.txt\n' >>compose.yaml
docker compose up -d cache worker api
