docker rm -f {{inner}}
