docker rm -f {{cache}}

docker run -d --name {{cache}} -v {{volume}}:/data redis

sleep 1

docker exec {{cache}} redis-cli set {{key}} {{value}}

docker rm -f {{cache}}

docker run -d --name {{cache}} -v {{volume}}:/data redis
