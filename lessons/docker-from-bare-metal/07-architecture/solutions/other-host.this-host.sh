docker start {{depot}}

docker run -d --name {{guest}} --restart unless-stopped alpine sleep 86400

docker stop {{depot}}

docker start {{depot}}
