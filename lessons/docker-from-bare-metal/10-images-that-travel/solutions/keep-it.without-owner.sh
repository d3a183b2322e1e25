docker exec {{bench}} touch /srv/{{word}}

docker commit -m "shift {{token}}" {{bench}} {{img}}

docker run --name {{probe}} {{img}} ls /srv
