curl http://localhost
