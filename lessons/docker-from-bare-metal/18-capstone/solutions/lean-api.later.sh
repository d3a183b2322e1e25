cd /root/shop
echo 'RUN rm -r /app/backup' >>api/Dockerfile
docker build -t {{user}}/shop-api:{{version}} api
tail -n 1 /root/hub-account.txt | docker login -u {{user}} --password-stdin
docker push {{user}}/shop-api:{{version}}
