docker exec -it {{page}} bash
echo {{token}} > /usr/share/nginx/html/index.html
exit
