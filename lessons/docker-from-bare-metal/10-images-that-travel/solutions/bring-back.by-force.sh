docker rmi -f $(docker images -q {{user}}/{{img}}:latest)

docker run --name {{back}} {{user}}/{{img}} cat /srv/{{work}}
