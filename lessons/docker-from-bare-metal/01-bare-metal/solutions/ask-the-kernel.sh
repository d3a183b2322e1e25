strace -e trace=openat /opt/app/{{app}}-pay

echo hello > /etc/{{dir}}/{{token}}.conf

/opt/app/{{app}}-pay

echo {{key}}=nine > /etc/{{dir}}/{{token}}.conf

/opt/app/{{app}}-pay
