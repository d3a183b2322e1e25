vm start boot --console
^wait command-line.
^M
^wait boot login:
^]
