echo /opt/parts-{{token}} > /etc/ld.so.conf.d/{{app}}.conf

/opt/app/{{app}}
