docker rm -f {{cache}}

docker run -d --name {{cache}} redis

sleep 1

docker exec {{cache}} redis-cli set {{key}} {{value}}

docker exec {{cache}} redis-cli save

docker rm -f {{cache}}

docker run -d --name {{cache}} redis
