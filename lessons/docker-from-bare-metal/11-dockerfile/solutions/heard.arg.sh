cat > ~/{{post}}/Dockerfile <<'END'
FROM ubuntu
ARG BUILD_TOKEN
WORKDIR /app
COPY serve.sh .
RUN printf %s "$BUILD_TOKEN" | wc -c > /n
CMD ["./serve.sh"]
END

docker build --build-arg BUILD_TOKEN=$(cat ~/{{post}}.token) -t {{post}} ~/{{post}}
