cd /root/{{town}}

sed -i '/extra_hosts/d; /archive:$/,$d' compose.yaml

docker compose up -d
