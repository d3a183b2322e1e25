# One terminal is typed into here; with & it does the work of two.
docker run --name {{stage}} nginx &

sleep 1  # unchecked: gives nginx the time to begin, which a learner's hands take anyway

docker ps  # unchecked: only a look

docker stop {{stage}}
