docker rm -f {{app}}

docker run -d --name {{app}} --user 0 -v {{outbox}}:/data alpine sh -c 'echo "written by $(id -u)" > /data/{{file}}; sleep 900'
