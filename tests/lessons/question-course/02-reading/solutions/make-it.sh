touch /root/{{name}}
