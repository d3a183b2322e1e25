docker ps -a  # unchecked: only a look

docker inspect -f '{{.Name}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Error}}' $(docker ps -aq)  # unchecked: only a look
