docker push {{user}}/{{img}}

docker tag ubuntu {{user}}/{{img}}:{{version}}

docker push {{user}}/{{img}}:{{version}}
