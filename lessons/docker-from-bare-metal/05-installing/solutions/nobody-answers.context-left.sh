sh /root/tuning.sh

rm /etc/profile.d/{{tuning}}.sh

sed -i 's/"team={{token}}"]$/&,/' /etc/docker/daemon.json

service docker start

service docker status
