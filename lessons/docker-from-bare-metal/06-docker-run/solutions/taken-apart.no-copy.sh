docker create --name step fruit-{{second}}

docker start -a step
