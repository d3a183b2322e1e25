cd /root/shop
address=$(docker compose exec -T web hostname -i)
sed -i "s/172.29.{{subnet}}.{{address}}/$address/" front/front.conf
