strace -e trace=openat /opt/app/{{app}}-pay  # unchecked: only looks

echo hello > /etc/{{dir}}/{{token}}.conf  # unchecked: a first guess, and the program says what is wrong with it

/opt/app/{{app}}-pay  # unchecked: only looks

echo {{key}}=nine > /etc/{{dir}}/{{token}}.conf

/opt/app/{{app}}-pay  # unchecked: only looks
