docker exec {{bench}} touch /srv/{{word}}

docker commit -m "shift {{token}}" {{bench}} {{user}}/{{copy}}

docker images

docker run --rm {{user}}/{{copy}} ls /srv
