docker inspect -f '{{.State.Pid}}' {{chain}}  # unchecked: only looks

ps -o pid,ppid,comm -p $(docker inspect -f '{{.State.Pid}}' {{chain}})  # unchecked: only looks

pgrep -x containerd  # unchecked: only looks

pgrep -x dockerd  # unchecked: only looks
