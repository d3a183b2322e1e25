docker run --name {{stage}} nginx &

until docker logs {{stage}} 2>&1 | grep -q 'start worker'; do sleep 0.2; done

docker kill {{stage}}
