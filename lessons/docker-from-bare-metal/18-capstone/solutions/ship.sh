cd /root/shop
sed -i -E 's#image: .*shop-(web|api|worker):.*#image: {{user}}/shop-\1:{{version}}#; s#^  web:$#&\n    build: ./web#' compose.yaml
docker compose build
tail -n 1 /root/hub-account.txt | docker login -u {{user}} --password-stdin
docker compose push web api worker
docker compose up -d  # unchecked: the check takes the shop down and up as well
