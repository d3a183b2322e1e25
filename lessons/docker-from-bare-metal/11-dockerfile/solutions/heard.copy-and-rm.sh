cp ~/{{post}}.token ~/{{post}}/token

cat > ~/{{post}}/Dockerfile <<'END'
FROM ubuntu
WORKDIR /app
COPY serve.sh token .
RUN wc -c < token > /n
RUN rm token
CMD ["./serve.sh"]
END

docker build -t {{post}} ~/{{post}}
