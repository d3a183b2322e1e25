docker rm -f {{guard}}

docker run -d --init --name {{guard}} --label post={{post}} alpine sleep {{secs}}

docker kill {{guard}}
