docker run -d --name {{web}} nginx

docker ps  # unchecked: only a look
