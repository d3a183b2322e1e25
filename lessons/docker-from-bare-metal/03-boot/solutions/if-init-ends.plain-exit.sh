vm start {{one}} --console
^wait command-line.
e
^wait Emacs-like
^N
^N
^E
 rdinit=/bin/sh
^X
^wait BusyBox
false
exit
^wait Attempted to kill init
^]
