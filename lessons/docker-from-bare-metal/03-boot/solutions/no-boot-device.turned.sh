printf '\xaa\x55' | dd of=/root/{{bad}}.img bs=1 seek=510 conv=notrunc
