docker run --name early alpine echo open

docker run --name late fruit-{{late}}
