docker rm -f {{guard}}

docker run -d --init --name {{guard}} --label post={{post}} alpine sleep {{secs}}

docker stop {{guard}}

docker ps -a  # unchecked: only a look
