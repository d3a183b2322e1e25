docker run -d --name {{inner}} alpine sleep {{secs}}

docker exec {{inner}} ps
