docker rm {{late}}

docker run -d --name {{late}} -p {{other_port}}:80 nginx
