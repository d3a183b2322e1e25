docker pull fruit-{{fruit}}

docker build -t {{built}} /root/recipe

docker run --name {{said}} {{built}}

docker ps -a
