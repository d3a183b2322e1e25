docker rm -f {{page}}

docker run -d --name {{page}} nginx

docker exec {{page}} sh -c 'echo {{token}} > /usr/share/nginx/html/index.html'
