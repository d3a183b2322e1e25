sh /root/tuning.sh

su - -c 'docker ps'  # unchecked: a look at the first address

rm /etc/profile.d/{{tuning}}.sh

docker context use default

sed -i 's/"team={{token}}"]$/&,/' /etc/docker/daemon.json

service docker start

su - -c 'docker ps'  # unchecked: a look at the end
