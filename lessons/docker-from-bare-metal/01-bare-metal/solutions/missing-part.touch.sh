touch /usr/lib/lib{{app}}.so.1

ldconfig

/opt/app/{{app}}
