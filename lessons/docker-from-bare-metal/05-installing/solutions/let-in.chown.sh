chown {{user}} /run/docker.sock

su - {{user}} -c 'docker run --name {{peek}} -v /root:/peek alpine cat /peek/letter'
