docker create --name old {{user}}/desk:1

docker export old | docker import - {{user}}/desk:2

docker push {{user}}/desk:2

docker run --name {{counter}} {{user}}/desk:2 sh /desk/open
