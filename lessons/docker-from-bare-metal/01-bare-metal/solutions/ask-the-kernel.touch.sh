touch /etc/{{dir}}/{{token}}.conf

/opt/app/{{app}}-pay
