docker container inspect {{site}} | grep IPAddress

curl http://$(docker container inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' {{site}})
