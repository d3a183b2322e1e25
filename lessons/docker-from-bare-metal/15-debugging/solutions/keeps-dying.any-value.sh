docker rm -f {{beacon}}

docker run -d --name {{beacon}} --restart {{policy}} -p 127.0.0.1:{{port}}:80 -v /srv/{{beacon}}:/app:ro -e {{variable}}=yes alpine sh /app/start.sh
