docker rm -f {{sign}}

docker run -d --name {{sign}} -e DB_HOST={{mine}} shopfront
