echo 'RUN rm -rf .env .git node_modules {{log}}' >> ~/{{bag}}/Dockerfile

docker build -t {{bag}} ~/{{bag}}
