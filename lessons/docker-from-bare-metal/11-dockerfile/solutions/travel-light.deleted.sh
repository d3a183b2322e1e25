cd ~/{{bag}}

rm -rf node_modules .git {{log}} .env

docker build -t {{bag}} .
