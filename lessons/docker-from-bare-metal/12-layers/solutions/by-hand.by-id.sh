mkdir -p /root/out

docker save -o /root/out/{{img}}.tar $(docker images -q {{img}})

docker rmi {{img}}

docker load -i /root/out/{{img}}.tar
