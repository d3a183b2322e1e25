vm start {{lost}} --console
^L
^M
^L
^]
