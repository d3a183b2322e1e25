docker network create --subnet 10.200.7.0/24 shops

docker network connect --ip 10.200.7.20 shops {{mine}}

docker rm -f {{sign}}

docker run -d --name {{sign}} --network shops -e DB_HOST=10.200.7.20 shopfront
