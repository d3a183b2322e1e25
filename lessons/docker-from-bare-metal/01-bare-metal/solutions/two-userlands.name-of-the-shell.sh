chroot /srv/other sh -c 'busybox | head -n 1; cat /etc/os-release'
