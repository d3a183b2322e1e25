vm start {{one}} --console  # unchecked: the next wait would not end without it
^wait command-line.  # unchecked: waits
e  # unchecked: a step on the console
^wait Emacs-like  # unchecked: waits
^N  # unchecked: a step on the console
^N  # unchecked: a step on the console
^E  # unchecked: a step on the console
 rdinit=/bin/sh  # unchecked: a step on the console
^X  # unchecked: a step on the console
^wait BusyBox  # unchecked: waits
exit {{n}}  # unchecked: the next wait would not end without it
^wait Attempted to kill init  # unchecked: waits
^]  # unchecked: a step on the console
