docker run -d nginx

docker ps
