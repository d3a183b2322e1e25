docker pull tower

docker history tower
