docker run -d --name {{web}} -p {{port}}:80 -v /root/site:/usr/share/nginx/html nginx

echo {{fresh}} > /root/site/index.html
