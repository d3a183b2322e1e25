curl -fsSL https://get.docker.com -o get-docker.sh

sudo sh get-docker.sh

service docker start

docker run --rm hello-world
