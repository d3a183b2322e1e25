cp /root/{{app}}.img /root/mbr.bin
