docker run --rm alpine wget -qO- http://127.0.0.1:{{tport}}/
