docker run -d --name {{desk}}-old alpine sleep {{nap}}
