docker ps

curl http://localhost:80
