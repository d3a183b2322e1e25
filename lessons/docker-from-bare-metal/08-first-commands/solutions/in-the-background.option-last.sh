docker run --name {{web}} nginx -d
