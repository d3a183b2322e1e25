cat /etc/{{folder}}/secret
