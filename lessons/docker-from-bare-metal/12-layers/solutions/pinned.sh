docker run --name {{pin}} --label keep={{keep}} $(docker inspect -f '{{index .RepoDigests 0}}' weather)
