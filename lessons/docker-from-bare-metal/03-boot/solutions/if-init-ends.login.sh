vm start {{one}} --console
^L
^M
^]

vm wait {{one}}

vm console {{one}}
root
exit {{n}}
^]
