docker inspect -f '{{.State.Pid}}' {{clock}}
