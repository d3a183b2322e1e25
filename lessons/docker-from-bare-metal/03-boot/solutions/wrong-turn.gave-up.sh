vm start {{lost}} --console
^wait command-line.
^M
^wait not found
^]
