docker run -d --name {{red}} --hostname {{host}} alpine sleep 3600

docker run -d --name {{blue}} alpine sleep 3600

docker exec {{red}} touch /mark-{{token}}

docker exec {{blue}} hostname -i  # unchecked: only a look
