docker run --name {{front}} nginx
^C

docker ps -a  # unchecked: only a look
