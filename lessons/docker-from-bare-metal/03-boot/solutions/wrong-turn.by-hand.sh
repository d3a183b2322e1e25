vm start {{lost}} --console
^L
^M
^L
^L
c
linux /boot/vmlinuz-{{right}} console=ttyS0
initrd /boot/initrd.img
boot
^L
^L
^L
^L
^]

vm wait {{lost}}
