printf '\x55\xaa' | dd of=/root/{{bad}}.img bs=1 seek=510 conv=notrunc

vm start {{bad}} --disk /root/{{bad}}.img --wait
