docker pull ubuntu  # unchecked: it is on the machine already

docker pull nginx  # unchecked: it is on the machine already

docker pull redis  # unchecked: it is on the machine already

docker pull node

docker pull {{user}}/greeter
