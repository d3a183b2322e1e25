docker ps -a

docker ps -a --filter exited={{code}}

docker rm $(docker ps -aq --filter exited={{code}})
