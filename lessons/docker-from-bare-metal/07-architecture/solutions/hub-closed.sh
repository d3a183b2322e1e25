service hub stop

docker run --name early alpine echo open

docker run --name late fruit-{{late}}  # unchecked: it fails, and is meant to

service hub start

docker run --name late fruit-{{late}}
