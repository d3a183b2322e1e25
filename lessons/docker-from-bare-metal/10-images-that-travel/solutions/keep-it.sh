docker exec {{bench}} touch /srv/{{word}}

docker commit -m "shift {{token}}" {{bench}} {{user}}/{{img}}

docker images  # unchecked: only looks

docker run --name {{probe}} {{user}}/{{img}} ls /srv
