docker container inspect {{site}} | grep IPAddress

curl http://172.30.0.9
