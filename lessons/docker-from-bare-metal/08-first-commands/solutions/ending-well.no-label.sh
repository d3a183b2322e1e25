docker rm -f {{guard}}

docker run -d --init --name {{guard}} alpine sleep {{secs}}

docker stop {{guard}}
