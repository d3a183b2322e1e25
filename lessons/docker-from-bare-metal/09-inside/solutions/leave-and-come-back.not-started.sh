docker run -it --name {{home}} ubuntu bash
echo one > /root/{{word}}
exit

docker exec -it {{home}} bash
