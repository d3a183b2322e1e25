socat -t 60 -v UNIX-LISTEN:/tmp/door.sock,fork UNIX-CONNECT:/run/docker.sock 2>/root/spy.log &

docker run --name heard fruit-{{third}}
