vm start boot --console
^wait command-line.
^N
^N
^M
^wait boot login:
^]
