dd if=/root/{{app}}.img of=/root/mbr.bin bs=512 count=1
