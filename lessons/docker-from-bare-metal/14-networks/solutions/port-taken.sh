docker ps --filter publish={{taken}}  # unchecked: it only looks

docker inspect -f '{{json .Mounts}}' {{late}}  # unchecked: it only looks

docker rm {{late}}

docker run -d --name {{late}} -p {{other_port}}:80 -v {{pages}}:/usr/share/nginx/html nginx
