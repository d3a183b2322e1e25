cd /root/shop
sed -i -E 's/^  (front|web|api|cache|worker):$/&\n    logging: {options: {max-size: 5m, max-file: "2"}}/' compose.yaml
docker compose up -d
docker system prune -af --volumes
docker volume prune -af
