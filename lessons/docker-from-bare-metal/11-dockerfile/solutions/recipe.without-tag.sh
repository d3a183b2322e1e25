mkdir -p ~/{{img}}

docker run --rm {{user}}/{{img}} cat {{note}} > ~/{{img}}/{{note}}

cat > ~/{{img}}/Dockerfile <<'END'
FROM ubuntu
ENV {{env_name}}={{env_value}}
WORKDIR /srv/{{place}}
COPY {{note}} .
END

docker build -t {{user}}/{{img}} ~/{{img}}
