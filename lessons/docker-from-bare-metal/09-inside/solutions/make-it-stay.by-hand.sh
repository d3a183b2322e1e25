docker rm {{brief}}

docker run -dit --name {{brief}} ubuntu bash

docker exec {{brief}} bash -c 'echo keep > /keep'
