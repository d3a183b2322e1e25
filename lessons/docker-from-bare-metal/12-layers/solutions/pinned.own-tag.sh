docker tag weather weather:v1

docker run --name {{pin}} --label keep={{keep}} weather:v1
