mkdir -p ~/{{img}}

echo 'FROM {{user}}/{{img}}' > ~/{{img}}/Dockerfile

docker build -t {{user}}/{{img}}:recipe ~/{{img}}
