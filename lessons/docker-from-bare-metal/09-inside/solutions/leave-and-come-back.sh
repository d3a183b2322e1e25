docker run -it --name {{home}} ubuntu bash
echo one > /root/{{word}}
exit

docker start {{home}}

docker exec -it {{home}} bash
echo two >> /root/{{word}}
exit
