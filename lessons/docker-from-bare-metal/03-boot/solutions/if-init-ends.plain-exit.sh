vm start {{one}} --console
^L
e
^N
^N
^E
 rdinit=/bin/sh
^X
^]

until vm log {{one}} | grep -q BusyBox; do sleep 1; done

vm console {{one}}
false
exit
^]
