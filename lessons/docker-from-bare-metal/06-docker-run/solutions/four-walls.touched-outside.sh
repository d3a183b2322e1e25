docker run -d --name {{red}} --hostname {{host}} alpine sleep 900

docker run -d --name {{blue}} alpine sleep 900

touch /mark-{{token}}
