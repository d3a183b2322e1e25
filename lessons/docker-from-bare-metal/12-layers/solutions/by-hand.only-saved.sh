mkdir -p /root/out

docker save -o /root/out/{{img}}.tar {{img}}
