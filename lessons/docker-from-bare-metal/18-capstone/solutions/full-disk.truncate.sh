cd /root/shop
truncate -s 0 $(docker inspect -f '{{.LogPath}}' shop-web-1)
