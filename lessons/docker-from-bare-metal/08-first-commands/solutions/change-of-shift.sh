docker start {{night}}

docker stop {{day}}

docker ps -a
