docker rm {{probe}}

docker rmi {{user}}/{{img}}:{{version}}

docker rmi $(docker images -q {{user}}/{{img}})

docker run --name {{back}} {{user}}/{{img}} cat /srv/{{work}}
