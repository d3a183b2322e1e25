docker run --rm weather

docker tag weather weather:old

docker pull weather

docker run --name today weather
