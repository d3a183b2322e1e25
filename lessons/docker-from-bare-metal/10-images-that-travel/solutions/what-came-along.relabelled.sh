docker tag {{user}}/desk:1 {{user}}/desk:2

docker push {{user}}/desk:2

docker run --name {{counter}} {{user}}/desk:2
