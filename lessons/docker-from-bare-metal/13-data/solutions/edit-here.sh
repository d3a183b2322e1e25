docker run -d --name {{web}} -p {{port}}:80 -v /root/site:/usr/share/nginx/html:ro nginx

echo {{fresh}} > /root/site/index.html

curl localhost:{{port}}  # unchecked: it only looks
