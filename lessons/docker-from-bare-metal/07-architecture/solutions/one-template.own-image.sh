docker run -d --name {{one}} nginx

docker exec {{one}} sh -c 'echo {{one}} > /usr/share/nginx/html/index.html'

docker commit {{one}} page

docker run -d --name {{three}} page

docker exec {{three}} sh -c 'echo {{three}} > /usr/share/nginx/html/index.html'
