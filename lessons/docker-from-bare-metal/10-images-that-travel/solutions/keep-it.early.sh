docker commit -m "shift {{token}}" {{bench}} {{user}}/{{img}}

docker exec {{bench}} touch /srv/{{word}}

docker run --name {{probe}} {{user}}/{{img}} ls /srv
