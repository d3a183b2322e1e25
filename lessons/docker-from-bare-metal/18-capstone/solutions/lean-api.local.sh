cd /root/shop
echo backup >api/.dockerignore
docker build -t {{user}}/shop-api:{{version}} api
