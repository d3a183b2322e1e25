cd /root/{{ledger}}

docker compose stop
