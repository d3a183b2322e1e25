docker run -it nginx bash
echo {{token}} > /usr/share/nginx/html/index.html
exit
