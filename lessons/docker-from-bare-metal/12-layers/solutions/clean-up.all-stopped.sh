docker container prune -f

docker image prune -f

docker builder prune -a -f

docker volume rm scratch-{{token}}
