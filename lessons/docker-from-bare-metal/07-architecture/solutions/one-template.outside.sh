docker run -d --name {{one}} nginx

docker run -d --name {{three}} nginx

mkdir -p /usr/share/nginx/html

docker exec {{one}} echo {{one}} > /usr/share/nginx/html/index.html

docker exec {{three}} echo {{three}} > /usr/share/nginx/html/index.html
