docker exec {{bench}} touch /srv/{{word}}

docker commit -m "shift" {{bench}} {{user}}/{{img}}

docker run --name {{probe}} {{user}}/{{img}} ls /srv

docker commit -m "shift {{token}}" {{bench}} {{user}}/{{img}}
