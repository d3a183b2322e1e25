docker container inspect {{site}} | grep -i gateway
