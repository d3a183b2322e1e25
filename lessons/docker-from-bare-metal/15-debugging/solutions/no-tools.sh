docker run --rm --network container:{{tin}} alpine wget -qO- http://127.0.0.1:{{tport}}/  # unchecked: only a look
