cd /root/{{ledger}}

sed -i 's/{{ledger}}-api:1/{{ledger}}-api:2/' compose.yaml

docker compose down

docker compose up -d
