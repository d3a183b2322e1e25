cd /root/{{ledger}}

docker compose down -v
