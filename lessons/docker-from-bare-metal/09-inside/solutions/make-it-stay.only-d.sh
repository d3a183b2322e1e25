docker rename {{brief}} old-{{brief}}

docker run -d --name {{brief}} ubuntu bash
