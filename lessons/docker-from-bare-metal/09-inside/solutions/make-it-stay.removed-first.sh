docker rm {{brief}}

docker run -dit --name {{brief}} ubuntu bash
