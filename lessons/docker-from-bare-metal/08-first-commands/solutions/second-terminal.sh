# One terminal is typed into here; with & it does the work of two.
docker run --name {{stage}} nginx &

until docker logs {{stage}} 2>&1 | grep -q 'start worker'; do sleep 0.2; done  # unchecked: gives nginx the time to begin, which a learner's hands take anyway

docker ps  # unchecked: only a look

docker stop {{stage}}

wait  # unchecked: lets the client in the background say its last word here
