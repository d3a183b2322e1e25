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

vm console {{lost}}
root
mount /dev/vda1 /mnt
sed -i 's/vmlinuz-{{wrong}}/vmlinuz-{{right}}/' /mnt/boot/grub/grub.cfg
umount /mnt
^]

vm stop {{lost}}

vm start {{lost}} --wait
