vm start boot --console
^L
^M
^]

vm wait boot
