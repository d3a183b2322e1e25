usermod -aG docker {{user}}

su - {{user}}
docker run --name {{peek}} -v /root:/peek alpine cat /peek/letter
exit
