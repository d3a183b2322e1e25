docker run -d --name {{red}} --hostname {{host}} alpine sleep 900

docker run -d --name {{blue}} alpine sleep 900

docker exec {{red}} touch /mark-{{token}}

docker exec {{blue}} hostname -i
