cd /root/{{town}}

docker compose up -d

sed -i '/extra_hosts/d; /networks:/,$d' compose.yaml

docker compose restart -t 0
