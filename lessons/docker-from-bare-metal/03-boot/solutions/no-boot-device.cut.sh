printf '\x55\xaa' | dd of=/root/{{bad}}.img bs=1 seek=510
