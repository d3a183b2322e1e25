docker ps

curl -s http://localhost:{{stand_port}}
