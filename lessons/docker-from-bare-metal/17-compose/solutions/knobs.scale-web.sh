cd /root/{{crew}}

sed -i 's/8080/${PORT}/; s/latest/${TAG}/' compose.yaml

printf 'PORT={{crew_port}}\nTAG={{tag}}\n' >.env

docker compose up -d --scale web={{count}}
