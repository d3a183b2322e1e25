chmod 666 /run/docker.sock

su - {{user}} -c 'docker ps'
