docker volume create {{volume}}

docker network create {{network}}

docker ps -aq | wc -l  # unchecked: only looks
