docker run --name first fruit-{{fruit}}

docker start -a first
