docker rm -f {{silent}}

docker run -d --name {{silent}} -e LISTEN=0.0.0.0 {{silent}}-app

socat TCP-LISTEN:{{port}},fork,reuseaddr TCP:$(docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' {{silent}}):{{inner}} &

curl localhost:{{port}}
