cd /root/{{slow}}

sed -i 's/^  api:/&\n    restart: always/' compose.yaml

docker compose up -d

sleep 8
