docker pull weather

docker run --name today weather
