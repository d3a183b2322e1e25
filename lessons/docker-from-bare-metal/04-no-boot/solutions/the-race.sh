vm start {{slow}} --wait

begun=$(date +%s%3N); docker run --name {{fast}} alpine true; took=$(($(date +%s%3N) - begun))

echo "vm $(cat /run/vm/{{slow}}.boot_ms)" > /root/answers/race

echo "container $took" >> /root/answers/race
