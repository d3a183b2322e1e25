docker start {{brief}}

docker ps -a  # unchecked: only a look
