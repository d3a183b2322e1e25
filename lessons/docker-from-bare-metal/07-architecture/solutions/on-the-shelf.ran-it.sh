docker pull node

docker run --rm {{user}}/greeter
