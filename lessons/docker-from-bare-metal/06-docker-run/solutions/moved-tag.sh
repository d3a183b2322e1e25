docker run --rm weather  # unchecked: only shows the old word

docker tag weather weather:old

docker pull weather

docker run --name today weather
