docker run -d --name {{web}} -p {{port}}:80 -v /root/site:/var/www/html:ro nginx

echo {{fresh}} > /root/site/index.html
