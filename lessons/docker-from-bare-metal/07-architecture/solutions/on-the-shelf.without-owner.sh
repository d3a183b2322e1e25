docker pull node

docker pull greeter
