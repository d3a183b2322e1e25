vm start {{lost}} --console
^wait grub>
linux /boot/kernel-{{kernel}} console=ttyS0
^wait grub>
initrd /boot/first-{{first}}
^wait grub>
boot
^wait {{lost}} login:
^]
