mkdir -p /etc/docker

printf '{"log-driver": "json-file", "log-opts": {"max-size": "{{size}}k", "max-file": "{{files}}"}}\n' >/etc/docker/daemon.json

service docker restart

docker run -d --name {{fresh}} alpine sleep 86400
