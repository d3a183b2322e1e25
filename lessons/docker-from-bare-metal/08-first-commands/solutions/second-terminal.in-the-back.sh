docker run -d --name {{stage}} nginx

docker stop {{stage}}
