kill $(docker inspect -f '{{.State.Pid}}' {{inner}})
