docker run -d --name {{red}} alpine sleep 3600

docker run -d --name {{blue}} alpine sleep 3600

docker exec {{red}} hostname {{host}}

docker exec {{red}} touch /mark-{{token}}
