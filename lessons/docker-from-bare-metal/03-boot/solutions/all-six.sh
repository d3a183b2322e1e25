vm start boot --console
^L
^N
^N
^M
^]

vm wait boot
