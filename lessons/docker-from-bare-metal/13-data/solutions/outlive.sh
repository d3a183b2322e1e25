docker rm -f {{cache}}

docker run -d --name {{cache}} -v {{volume}}:/data redis

sleep 1  # unchecked: it only waits until redis answers

docker exec {{cache}} redis-cli set {{key}} {{value}}

docker exec {{cache}} redis-cli save

docker rm -f {{cache}}

docker run -d --name {{cache}} -v {{volume}}:/data redis

docker exec {{cache}} redis-cli get {{key}}  # unchecked: it only asks
