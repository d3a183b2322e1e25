cp $(grep -l 'ledger {{paper}}' /var/lib/docker/volumes/*/_data/*) /root/rescued/
