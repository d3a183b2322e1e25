docker create --name half {{safe}}-app

docker cp /root/secrets/{{secret}} half:/password

docker commit half {{safe}}-app

docker rm -f half {{safe}}

docker run -d --name {{safe}} -p {{safe_port}}:8080 -e PASSWORD_FILE=/password {{safe}}-app
