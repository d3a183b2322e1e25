cat /root/vault/{{vault}}

docker rm -f {{runner}}

docker run -d --name {{runner}} ubuntu sleep 86400
