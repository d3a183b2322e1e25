cd /root/shop
sed -i 's/^  web:$/&\n    logging: {options: {max-size: 5m, max-file: "2"}}/' compose.yaml
docker compose up -d web
