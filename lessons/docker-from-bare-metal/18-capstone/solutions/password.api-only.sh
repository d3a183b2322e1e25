cd /root/shop
printf %s {{password}} >cache_password.txt
sed -i 's|CACHE_PASSWORD: "{{old_password}}"|CACHE_PASSWORD_FILE: /run/secrets/cache_password|' compose.yaml
sed -i 's/^  api:$/&\n    secrets: [cache_password]/' compose.yaml
printf 'secrets:\n  cache_password:\n    file: ./cache_password.txt\n' >>compose.yaml
docker compose up -d api
