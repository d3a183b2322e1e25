docker start {{night}}

docker stop {{day}}

docker ps -a  # unchecked: only a look
