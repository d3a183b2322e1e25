cat > ~/{{app}}/Dockerfile <<'END'
FROM node
WORKDIR /app
COPY src src
COPY fetch deps.txt ./
RUN ./fetch
CMD ["node", "src/main.js"]
END

docker build -t {{app}} ~/{{app}}
