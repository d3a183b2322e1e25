time docker run --rm --name {{fast}} alpine true
