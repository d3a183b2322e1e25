cd /root/shop
sed -i 's/{{old_password}}/{{password}}/' compose.yaml
docker compose up -d api
