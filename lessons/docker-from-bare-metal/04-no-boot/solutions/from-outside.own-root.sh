docker run -d --name {{inner}} alpine sleep {{secs}}

echo {{token}} > /note
