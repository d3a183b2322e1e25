docker run --name {{stage}} nginx
^C
