docker rm {{desk}}

docker run -d --name {{desk}} alpine sleep {{nap}}
