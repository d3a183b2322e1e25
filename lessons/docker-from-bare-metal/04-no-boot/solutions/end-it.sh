kill -9 $(docker inspect -f '{{.State.Pid}}' {{inner}})
