docker pull fruit-{{second}}

docker create --name step fruit-{{second}}

docker ps -a

docker cp /root/note.txt step:/note

docker start -a step
