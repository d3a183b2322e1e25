docker run ubuntu bash

docker ps -a
