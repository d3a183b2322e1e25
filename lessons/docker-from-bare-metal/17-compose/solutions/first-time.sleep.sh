cd /root/{{slow}}

sed -i '1i sleep 9' api/start.sh

docker compose up -d
