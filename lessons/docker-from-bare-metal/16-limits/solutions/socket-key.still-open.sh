docker exec {{runner}} docker run --name {{copy}} -v /root:/h alpine cat /h/vault/{{vault}}
