docker rm -f {{sign}}

docker run -d --name {{sign}} -e DB_HOST=$(docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' {{mine}}) shopfront
