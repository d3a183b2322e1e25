chroot /srv/other sh -c 'uname -r; cat /etc/os-release'
