ls -l /var/lib/vm/{{a}}.img
