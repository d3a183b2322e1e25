vm start {{lost}} --console
^wait command-line.
^M
^wait not found
^L
^wait command-line.
c
^wait grub>
linux /boot/vmlinuz-{{right}} console=ttyS0
^wait grub>
initrd /boot/initrd.img
^wait grub>
boot
^wait {{lost}} login:
^]
