. ~/groups.sh  # unchecked: only the look below needs it

docker run -d --name {{capped}} --memory {{capped_mb}}m --cpus 0.{{tenths}} --pids-limit {{pids}} alpine sleep 86400

ls $groups/docker/$(docker inspect -f '{{.Id}}' {{capped}})/$limit  # unchecked: it only looks
