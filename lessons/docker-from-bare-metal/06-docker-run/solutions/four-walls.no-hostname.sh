docker run -d --name {{red}} alpine sleep 900

docker run -d --name {{blue}} alpine sleep 900

docker exec {{red}} hostname {{host}}

docker exec {{red}} touch /mark-{{token}}
