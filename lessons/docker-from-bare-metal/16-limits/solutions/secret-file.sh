chown {{safe_uid}} /root/secrets/{{secret}}

chmod 400 /root/secrets/{{secret}}

docker rm -f {{safe}}

docker run -d --name {{safe}} -p {{safe_port}}:8080 -v /root/secrets/{{secret}}:/run/secrets/{{secret}}:ro -e PASSWORD_FILE=/run/secrets/{{secret}} {{safe}}-app

curl localhost:{{safe_port}}  # unchecked: it only looks
