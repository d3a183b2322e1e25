docker rm -f {{silent}}

docker run -d --name {{silent}} -p {{port}}:{{inner}} {{silent}}-app
