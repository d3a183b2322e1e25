docker exec {{tiny}} cat /etc/{{folder}}/secret
