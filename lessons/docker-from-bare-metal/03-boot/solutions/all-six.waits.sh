vm start boot --console
^L
^]
