cd /root/{{ledger}}  # unchecked: the exercise before it ended in this folder

docker compose down
