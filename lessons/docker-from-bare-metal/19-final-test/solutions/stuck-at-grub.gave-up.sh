vm start {{lost}} --console
^wait grub>
^]
