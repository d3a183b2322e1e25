docker pull node

docker pull {{user}}/greeter
