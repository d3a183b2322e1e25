cd /root/{{slow}}

docker compose up -d

sleep 9

docker compose up -d
