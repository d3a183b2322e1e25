docker port {{silent}}  # unchecked: it only looks

docker exec {{silent}} netstat -ltn  # unchecked: it only looks

docker rm -f {{silent}}

docker run -d --name {{silent}} -e LISTEN=0.0.0.0 -p {{port}}:{{inner}} {{silent}}-app

curl localhost:{{port}}  # unchecked: it only looks
