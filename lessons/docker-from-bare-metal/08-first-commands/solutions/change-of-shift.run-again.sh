docker stop -t 1 {{day}}

docker run -d --name {{night}} alpine sleep 86400
