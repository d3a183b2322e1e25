timeout -s KILL 3 docker run --name {{inner}} alpine sleep {{secs}}
