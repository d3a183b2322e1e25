docker network create {{net}}

docker run -d --network {{net}} --name {{web}} nginx

docker run -d --network {{net}} --name {{client}} alpine sleep 86400
