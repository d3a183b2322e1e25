docker rename {{brief}} old-{{brief}}

docker run -dit --name {{brief}} ubuntu bash
