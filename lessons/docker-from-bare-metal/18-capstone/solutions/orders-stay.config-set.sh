cd /root/shop
docker compose exec cache redis-cli -a {{password}} config set dir /var/lib/redis
