docker pull node

docker tag alpine {{user}}/greeter
