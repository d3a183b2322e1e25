for image in $(docker images -q --filter dangling=true); do docker run --rm $image cat /home/minutes-{{minutes_id}} > /root/rescued/$image; done

find /root/rescued -size 0 -delete  # unchecked: only tidies up

mv /root/rescued/* /root/rescued/minutes-{{minutes_id}}

ls /var/lib/docker/volumes/*/_data  # unchecked: only looks

cp /var/lib/docker/volumes/*/_data/ledger-{{ledger_id}} /root/rescued/
