docker run -it --rm --name {{home}} ubuntu bash
echo one > /root/{{word}}
exit

docker start {{home}}
