docker run -d --name {{web}} nginx

docker ps
