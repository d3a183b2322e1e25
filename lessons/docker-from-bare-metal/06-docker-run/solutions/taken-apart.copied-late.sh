docker create --name step fruit-{{second}}

docker start -a step

docker cp /root/note.txt step:/note

docker start -a step
