cp /usr/share/vm/vm.img /var/lib/vm/{{lost}}.img
