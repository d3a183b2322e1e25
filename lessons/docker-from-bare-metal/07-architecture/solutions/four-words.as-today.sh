socat -t 60 -v UNIX-LISTEN:/tmp/{{door}}.sock,fork UNIX-CONNECT:/run/docker.sock 2>>/root/{{door}}.log &

docker -H unix:///tmp/{{door}}.sock pull fruit-{{fruit}}

docker -H unix:///tmp/{{door}}.sock build -t {{built}} /root/recipe

docker -H unix:///tmp/{{door}}.sock run --name {{said}} {{built}}

docker -H unix:///tmp/{{door}}.sock ps -a
