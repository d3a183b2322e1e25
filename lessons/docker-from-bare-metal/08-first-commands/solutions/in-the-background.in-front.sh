docker run --name {{web}} nginx
^C
