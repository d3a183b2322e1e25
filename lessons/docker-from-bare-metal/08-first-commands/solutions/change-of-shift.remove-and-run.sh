docker stop -t 1 {{day}}

docker rm {{night}}

docker run -d --name {{night}} alpine sleep 86400
