docker create --name step fruit-{{second}}

docker cp /root/note.txt step:/note
