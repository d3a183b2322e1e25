docker rm -f {{ledger}}-db-1 {{ledger}}-api-1
