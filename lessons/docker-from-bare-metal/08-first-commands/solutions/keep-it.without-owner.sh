docker exec {{bench}} touch /srv/{{word}}

docker commit -m "shift {{token}}" {{bench}} {{copy}}
