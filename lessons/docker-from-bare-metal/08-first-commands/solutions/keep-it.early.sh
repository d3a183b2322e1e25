docker commit -m "shift {{token}}" {{bench}} {{user}}/{{copy}}

docker exec {{bench}} touch /srv/{{word}}
