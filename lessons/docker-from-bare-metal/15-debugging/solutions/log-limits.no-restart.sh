docker rm -f {{parrot}}

docker run -d --name {{parrot}} --restart unless-stopped -v /srv/{{parrot}}:/app:ro --log-opt max-size={{size}}k --log-opt max-file={{files}} alpine sh /app/talk

mkdir -p /etc/docker

printf '{"log-driver": "json-file", "log-opts": {"max-size": "{{size}}k", "max-file": "{{files}}"}}\n' >/etc/docker/daemon.json

docker run -d --name {{fresh}} alpine sleep 86400
