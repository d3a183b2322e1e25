docker run -d --name {{desk}} alpine sleep {{nap}}
