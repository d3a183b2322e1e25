vm start {{lost}} --console  # unchecked: the next wait would not end without it
^wait grub>  # unchecked: waits
ls /boot  # unchecked: only looks
^wait grub>  # unchecked: waits
linux /boot/kernel-{{kernel}} console=ttyS0  # unchecked: a step on the console
^wait grub>  # unchecked: waits
initrd /boot/first-{{first}}  # unchecked: a step on the console
^wait grub>  # unchecked: waits
boot  # unchecked: a step on the console
^wait {{lost}} login:  # unchecked: waits
root  # unchecked: a step on the console
^wait root@{{lost}}  # unchecked: waits
mount /dev/vda1 /mnt
cat >>/mnt/boot/grub/grub.cfg <<'END'
set timeout=1
menuentry "Linux" {
    linux /boot/kernel-{{kernel}} console=ttyS0
    initrd /boot/first-{{first}}
}
END
umount /mnt
^wait root@{{lost}}  # unchecked: waits
^]  # unchecked: a step on the console

vm stop {{lost}}

vm start {{lost}} --wait
