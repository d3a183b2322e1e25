echo 'start=2048, type=83, bootable' | sfdisk --label dos --wipe never /root/{{bad}}.img
