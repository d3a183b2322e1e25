docker run -it --name {{home}} ubuntu bash
echo one > /root/{{word}}
exit

docker run -it ubuntu bash
echo two >> /root/{{word}}
exit
