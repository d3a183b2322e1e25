docker run --name {{home}} ubuntu bash

docker start {{home}}

docker exec -it {{home}} bash
