cd /root/shop
docker tag {{user}}/shop-web:latest {{user}}/shop-web:{{version}}
docker tag shop-api:dev {{user}}/shop-api:{{version}}
docker tag shop-worker:dev {{user}}/shop-worker:{{version}}
tail -n 1 /root/hub-account.txt | docker login -u {{user}} --password-stdin
docker push {{user}}/shop-web:{{version}}
docker push {{user}}/shop-api:{{version}}
docker push {{user}}/shop-worker:{{version}}
