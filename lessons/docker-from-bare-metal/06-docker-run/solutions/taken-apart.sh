docker pull fruit-{{second}}  # unchecked: docker create would pull by itself, with the same result

docker create --name step fruit-{{second}}

docker ps -a  # unchecked: only a look

docker cp /root/note.txt step:/note

docker start -a step
