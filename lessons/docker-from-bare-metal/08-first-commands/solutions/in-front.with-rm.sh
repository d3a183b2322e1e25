docker run --rm --name {{front}} nginx
^C
