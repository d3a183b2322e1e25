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
exit {{n}}
^wait Attempted to kill init
^]
