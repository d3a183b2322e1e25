cd /root/{{town}}

sed -i 's/192.0.2.{{stale}}/172.18.0.2/; /networks:/,$d' compose.yaml

docker compose up -d
