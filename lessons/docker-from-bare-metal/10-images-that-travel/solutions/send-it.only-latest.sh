docker tag {{user}}/{{img}} {{user}}/{{img}}:{{version}}

docker push {{user}}/{{img}}
