cd /root/{{ledger}}

sed -i 's/{{ledger}}-api:1/{{ledger}}-api:2/' compose.yaml

docker compose up -d
