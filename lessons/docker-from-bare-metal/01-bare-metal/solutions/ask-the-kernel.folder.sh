strace -e trace=openat /opt/app/{{app}}-pay

mkdir -p /etc/{{dir}}/{{token}}.conf

/opt/app/{{app}}-pay
