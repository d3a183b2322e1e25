docker run -d --name {{web}} nginx

docker run -d --name {{client}} --link {{web}} alpine sleep 86400

docker exec {{client}} wget -qO- -T 2 http://{{web}}/
