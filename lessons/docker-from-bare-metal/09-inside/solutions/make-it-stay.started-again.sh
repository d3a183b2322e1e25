docker start {{brief}}

docker start {{brief}}

docker exec -it {{brief}} bash
