docker system df  # unchecked: only looks

ls /var/lib/docker/volumes/*/_data  # unchecked: only looks

docker container prune -f --filter 'label!=keep={{keep}}'

docker image prune -f

docker builder prune -a -f

docker volume rm scratch-{{token}}
