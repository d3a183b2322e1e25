time docker run --name {{fast}} alpine true

echo "vm 9214" > /root/answers/race

echo "container 412" > /root/answers/race
