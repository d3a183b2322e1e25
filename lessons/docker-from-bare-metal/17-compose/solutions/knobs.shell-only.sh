cd /root/{{crew}}

sed -i 's/8080/${PORT}/; s/latest/${TAG}/' compose.yaml

PORT={{crew_port}} TAG={{tag}} docker compose up -d --scale worker={{count}}
