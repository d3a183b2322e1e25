export LD_LIBRARY_PATH=/opt/parts-{{token}}

/opt/app/{{app}}
