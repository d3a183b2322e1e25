socat -t 60 -v UNIX-LISTEN:/tmp/{{door}}.sock,fork UNIX-CONNECT:/run/docker.sock 2>>/root/{{door}}.log &

docker pull fruit-{{fruit}}

docker build -t {{built}} /root/recipe

docker run --name {{said}} {{built}}

DOCKER_API_VERSION=1.{{minor}} docker -H unix:///tmp/{{door}}.sock ps -a
