docker run -d --name {{red}} --hostname {{host}} alpine sleep 3600

docker run -d --name {{blue}} alpine sleep 3600

touch /mark-{{token}}
