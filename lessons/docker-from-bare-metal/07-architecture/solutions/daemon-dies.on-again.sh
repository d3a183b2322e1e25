kill -9 $(cat /run/docker.pid)

service docker start
