echo '*' > ~/{{bag}}/.dockerignore

docker build -t {{bag}} ~/{{bag}}
