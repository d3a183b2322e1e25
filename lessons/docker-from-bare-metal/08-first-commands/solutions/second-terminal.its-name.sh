docker run --name {{stage}} nginx &

sleep 1

docker stop {{stage}}
