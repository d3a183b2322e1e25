docker exec {{tin}} wget -qO- http://127.0.0.1:{{tport}}/
