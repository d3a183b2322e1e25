cd /root/shop
sed -i 's|"/status"|"/"|' compose.yaml
docker compose up -d front
