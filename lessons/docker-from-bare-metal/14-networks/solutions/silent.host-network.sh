docker rm -f {{silent}}

docker run -d --name {{silent}} --network host -e PORT={{port}} {{silent}}-app
