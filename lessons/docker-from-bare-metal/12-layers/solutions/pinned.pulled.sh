docker pull weather

docker run --name {{pin}} --label keep={{keep}} weather
