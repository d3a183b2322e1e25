docker container inspect {{site}} | grep IPAddress  # unchecked: only a look

curl http://$(docker container inspect -f '{{.NetworkSettings.Networks.{{network}}.IPAddress}}' {{site}}):{{port}}  # unchecked: only a look
