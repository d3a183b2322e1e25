docker rm -f {{guard}}

docker run -d --name {{guard}} --label post={{post}} alpine sh -c 'trap "exit 143" TERM; sleep {{secs}} & wait'

docker stop {{guard}}
