vm start {{one}} --console
^wait command-line.
^M
^wait {{one}} login:
root
^wait root@{{one}}
exit {{n}}
^wait {{one}} login:
^]
