kill -9 $(docker inspect -f '{{.State.Pid}}' {{neighbour}})

sleep 1
