sh /root/tuning.sh

unset DOCKER_HOST

docker context use default

sed -i 's/"team={{token}}"]$/&,/' /etc/docker/daemon.json

service docker start

docker ps
