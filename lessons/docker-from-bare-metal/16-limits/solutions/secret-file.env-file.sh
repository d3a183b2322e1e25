docker rm -f {{safe}}

echo "PASSWORD=$(cat /root/secrets/{{secret}})" > /root/app.env

docker run -d --name {{safe}} -p {{safe_port}}:8080 --env-file /root/app.env {{safe}}-app
