docker network create --subnet 10.{{tens}}.0.0/24 {{net}}

docker run -d --name {{web}} nginx

docker run -d --network {{net}} --name {{client}} alpine sleep 86400
