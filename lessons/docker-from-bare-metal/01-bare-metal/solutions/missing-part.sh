find / -name 'lib{{app}}*' 2>/dev/null  # unchecked: only looks

echo /opt/parts-{{token}} > /etc/ld.so.conf.d/{{app}}.conf

ldconfig

/opt/app/{{app}}  # unchecked: only looks
