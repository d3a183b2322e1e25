docker rm -f {{silent}}

docker run -d --name {{silent}} -e LISTEN=0.0.0.0 -p {{port}}:80 {{silent}}-app
