docker run -d --name {{inner}} alpine sleep {{secs}}

ps -eo pid,ppid,args | grep 'sleep {{secs}}'
