docker rm -f {{sign}}

docker run -d --name {{sign}} --add-host {{mine}}:$(docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' {{mine}}) -e DB_HOST={{mine}} shopfront
