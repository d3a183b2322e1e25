docker network create shops

docker network connect shops {{mine}}

docker rm -f {{sign}}

docker run -d --name {{sign}} --network shops -e DB_HOST={{mine}} shopfront
