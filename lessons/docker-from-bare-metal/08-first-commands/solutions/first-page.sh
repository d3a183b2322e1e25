docker ps  # unchecked: only a look

curl -s http://localhost:{{stand_port}}  # unchecked: only a look
