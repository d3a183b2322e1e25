timeout -s INT 3 docker run --name {{web}} nginx
