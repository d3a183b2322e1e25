docker network create --subnet 10.{{tens}}.0.0/24 {{net}}

docker run -d --network {{net}} --name {{web}} nginx

docker run -d --name {{client}} alpine sleep 86400

docker exec {{client}} wget -qO- -T 2 http://{{web}}/
