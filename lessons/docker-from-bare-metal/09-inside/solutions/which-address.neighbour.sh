docker ps

docker container inspect {{page}} | grep IPAddress
