docker volume create {{volume}}

docker network create {{network}}
