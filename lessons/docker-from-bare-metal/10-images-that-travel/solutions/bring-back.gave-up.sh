docker rmi $(docker images -q {{user}}/{{img}}:latest)
