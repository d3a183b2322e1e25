cd /root/shop
sed -i 's|^    listen 80;|&\n    location = /status { return 200; }|' front/front.conf
docker compose up -d front
