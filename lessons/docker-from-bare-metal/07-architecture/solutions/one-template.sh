docker run -d --name {{one}} nginx

docker run -d --name {{two}} nginx  # unchecked: it is removed in the end

docker run -d --name {{three}} nginx

docker exec {{one}} sh -c 'echo {{one}} > /usr/share/nginx/html/index.html'

docker exec {{two}} sh -c 'echo {{two}} > /usr/share/nginx/html/index.html'  # unchecked: it is removed in the end

docker exec {{three}} sh -c 'echo {{three}} > /usr/share/nginx/html/index.html'

docker rm -f {{two}}
