mkdir -p /usr/share/nginx/html

echo {{token}} > /usr/share/nginx/html/index.html
