vm start boot --console
^wait command-line.
^L
^]
