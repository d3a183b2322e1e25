mkdir -p /root/out

docker save -o /root/out/{{img}}.tar {{img}}

docker rmi {{img}}

docker load -i /root/out/{{img}}.tar
