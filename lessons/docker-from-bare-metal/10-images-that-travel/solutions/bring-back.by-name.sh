docker rm {{probe}}

docker rmi {{user}}/{{img}}

docker run --name {{back}} {{user}}/{{img}} cat /srv/{{work}}
