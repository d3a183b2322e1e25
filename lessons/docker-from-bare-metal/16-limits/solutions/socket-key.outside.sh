docker run --name {{copy}} -v /root:/h alpine cat /h/vault/{{vault}}

docker rm -f {{runner}}

docker run -d --name {{runner}} ubuntu sleep 86400
