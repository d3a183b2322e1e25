vm start {{lost}} --console  # unchecked: the next wait would not end without it
^wait command-line.  # unchecked: waits
^M  # unchecked: a step on the console
^wait not found  # unchecked: waits
^L  # unchecked: a step on the console
^wait command-line.  # unchecked: waits
c  # unchecked: a step on the console
^wait grub>  # unchecked: waits
linux /boot/vmlinuz-{{right}} console=ttyS0  # unchecked: a step on the console
^wait grub>  # unchecked: waits
initrd /boot/initrd.img  # unchecked: a step on the console
^wait grub>  # unchecked: waits
boot  # unchecked: a step on the console
^wait {{lost}} login:  # unchecked: waits
root  # unchecked: a step on the console
^wait root@{{lost}}  # unchecked: waits
mount /dev/vda1 /mnt
sed -i 's/vmlinuz-{{wrong}}/vmlinuz-{{right}}/' /mnt/boot/grub/grub.cfg
umount /mnt
^wait root@{{lost}}  # unchecked: waits
^]  # unchecked: a step on the console

vm stop {{lost}}

vm start {{lost}} --wait
