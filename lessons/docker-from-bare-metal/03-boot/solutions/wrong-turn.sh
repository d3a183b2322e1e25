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
root
^wait root@{{lost}}
mount /dev/vda1 /mnt
sed -i 's/vmlinuz-{{wrong}}/vmlinuz-{{right}}/' /mnt/boot/grub/grub.cfg
umount /mnt
^wait root@{{lost}}
^]

vm stop {{lost}}

vm start {{lost}} --wait
