cd /root/{{town}}

sed -i '/extra_hosts/d' compose.yaml

docker compose up -d
