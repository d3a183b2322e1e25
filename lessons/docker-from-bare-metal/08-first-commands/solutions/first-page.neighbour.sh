docker port {{stand}}

curl -s http://localhost:8080
