docker run --name {{pin}} --label keep={{keep}} $(docker images -q weather)
