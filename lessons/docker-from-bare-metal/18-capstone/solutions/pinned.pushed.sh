cd /root/shop
tail -n 1 /root/hub-account.txt | docker login -u {{user}} --password-stdin
docker push {{user}}/shop-web:latest
