docker run --pull always --name today weather

docker tag weather weather:old
