echo {{key}}=nine > /opt/app/{{token}}.conf

/opt/app/{{app}}-pay
