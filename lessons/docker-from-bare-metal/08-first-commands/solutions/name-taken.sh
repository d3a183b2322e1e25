docker rename {{desk}} {{desk}}-old

docker run -d --name {{desk}} alpine sleep {{nap}}
