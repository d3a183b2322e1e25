docker run -d --name {{quiet}} --label via={{token}} alpine sleep {{secs}}
