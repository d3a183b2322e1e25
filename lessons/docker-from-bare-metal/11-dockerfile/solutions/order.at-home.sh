cd ~/{{app}}

./fetch

cat > Dockerfile <<'END'
FROM node
WORKDIR /app
COPY packages packages
COPY src src
CMD ["node", "src/main.js"]
END

docker build -t {{app}} .
