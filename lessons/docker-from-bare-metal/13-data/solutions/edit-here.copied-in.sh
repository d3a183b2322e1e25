docker run -d --name {{web}} -p {{port}}:80 nginx

echo {{fresh}} > /root/site/index.html

docker cp /root/site/index.html {{web}}:/usr/share/nginx/html/index.html
