cat > ~/{{app}}/Dockerfile <<'END'
FROM node
WORKDIR /app
COPY fetch deps.txt ./
RUN ./fetch
COPY src src
CMD ["node", "src/main.js"]
END

docker build -t {{app}} ~/{{app}}
