kill -9 $(cat /run/docker.pid)

ps -ef | grep date  # unchecked: only looks
