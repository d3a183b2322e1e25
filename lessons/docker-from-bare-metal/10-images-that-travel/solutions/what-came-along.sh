docker save {{user}}/desk:1 | grep -ao 'tk_[0-9a-f]*'  # unchecked: the answer is typed on the card

docker create --name old {{user}}/desk:1

docker cp old:/desk /root/desk

docker create --name clean alpine sh /desk/open

docker cp /root/desk clean:/desk

docker commit clean {{user}}/desk:2

docker push {{user}}/desk:2

docker run --name {{counter}} {{user}}/desk:2
