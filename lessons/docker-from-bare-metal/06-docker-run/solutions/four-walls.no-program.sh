docker run -d --name {{red}} --hostname {{host}} alpine

docker run -d --name {{blue}} alpine

docker exec {{red}} touch /mark-{{token}}
