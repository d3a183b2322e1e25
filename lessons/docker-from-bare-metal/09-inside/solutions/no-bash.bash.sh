docker exec -it {{tiny}} bash
