docker rm -f {{guard}}

docker run -d --stop-timeout 1 --name {{guard}} --label post={{post}} alpine sleep {{secs}}

docker stop {{guard}}
