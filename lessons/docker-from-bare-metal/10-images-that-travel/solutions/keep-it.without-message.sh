docker exec {{bench}} touch /srv/{{word}}

docker commit {{bench}} {{user}}/{{img}}

docker run --name {{probe}} {{user}}/{{img}} ls /srv
