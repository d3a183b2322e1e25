docker ps -a  # unchecked: only a look

docker ps -a --filter exited={{code}}  # unchecked: only a look

docker rm $(docker ps -aq --filter exited={{code}})
