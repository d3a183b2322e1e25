docker cp {{brief}}:/keep /root/keep

docker rm {{brief}}

docker run -dit --name {{brief}} ubuntu bash

docker cp /root/keep {{brief}}:/keep

docker exec {{brief}} bash -c 'cat /keep'  # unchecked: only a look
