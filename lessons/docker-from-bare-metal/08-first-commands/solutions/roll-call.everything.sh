docker rm $(docker ps -aq --filter exited={{code}})

docker ps
