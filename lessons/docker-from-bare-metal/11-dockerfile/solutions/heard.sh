cat > ~/{{post}}/Dockerfile <<'END'
FROM ubuntu
WORKDIR /app
COPY serve.sh .
RUN --mount=type=secret,id=tok wc -c < /run/secrets/tok > /n
CMD ["./serve.sh"]
END

docker build --secret id=tok,src=/root/{{post}}.token -t {{post}} ~/{{post}}
