touch "/root/{{name}}"
