docker exec -it {{runner}} bash
docker ps  # unchecked: it only looks
docker run --name {{copy}} -v /root:/h alpine cat /h/vault/{{vault}}
exit

docker rm -f {{runner}}

docker run -d --name {{runner}} ubuntu sleep 86400
