mkdir -p /root/out

docker create --name boxed {{img}}

docker export -o /root/out/{{img}}.tar boxed

docker rm boxed

docker rmi {{img}}

docker import /root/out/{{img}}.tar {{img}}
