service hub stop

docker run --name early alpine echo open

docker tag alpine fruit-{{late}}

docker run --name late fruit-{{late}}

service hub start
