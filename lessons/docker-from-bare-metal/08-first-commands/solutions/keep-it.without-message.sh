docker exec {{bench}} touch /srv/{{word}}

docker commit {{bench}} {{user}}/{{copy}}
