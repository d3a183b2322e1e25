docker run -d --name {{web}} -p {{port}}:80 -v site:/usr/share/nginx/html:ro nginx

echo {{fresh}} > /root/site/index.html
