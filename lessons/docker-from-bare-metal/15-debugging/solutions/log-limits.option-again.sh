docker rm -f {{parrot}}

docker run -d --name {{parrot}} --restart unless-stopped -v /srv/{{parrot}}:/app:ro --log-opt max-size={{size}}k --log-opt max-file={{files}} alpine sh /app/talk

docker run -d --name {{fresh}} --log-opt max-size={{size}}k --log-opt max-file={{files}} alpine sleep 86400
