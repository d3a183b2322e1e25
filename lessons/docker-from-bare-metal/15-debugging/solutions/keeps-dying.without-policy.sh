docker rm -f {{beacon}}

docker run -d --name {{beacon}} -p 127.0.0.1:{{port}}:80 -v /srv/{{beacon}}:/app:ro -e {{variable}}={{place}} alpine sh /app/start.sh
