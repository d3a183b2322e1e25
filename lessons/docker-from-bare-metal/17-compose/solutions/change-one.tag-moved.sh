docker tag {{ledger}}-api:2 {{ledger}}-api:1

cd /root/{{ledger}}

docker compose up -d
