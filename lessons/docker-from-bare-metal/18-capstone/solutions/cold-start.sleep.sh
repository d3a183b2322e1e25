cd /root/shop
sed -i 's|^/app/ask PING|sleep 4\n&|' api/start.sh
docker compose up -d --build api
