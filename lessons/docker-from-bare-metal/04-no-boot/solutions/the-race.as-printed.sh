time docker run --name {{fast}} alpine true

echo "vm 9.2" > /root/answers/race

echo "container 0m0.412s" >> /root/answers/race
