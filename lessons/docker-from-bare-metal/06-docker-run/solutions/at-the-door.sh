socat -t 60 -v UNIX-LISTEN:/tmp/door.sock,fork UNIX-CONNECT:/run/docker.sock 2>/root/spy.log &

docker -H unix:///tmp/door.sock run --name heard fruit-{{third}}

grep -aE '^(GET|POST|HTTP)' /root/spy.log  # unchecked: only a look
