apt-get update

apt-get install docker.io

docker run hello-world
