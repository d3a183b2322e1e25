mkdir -p ~/greet

cat > ~/greet/Dockerfile <<'END'
FROM alpine
ENTRYPOINT echo hello
CMD ["{{guest}}"]
END

docker build -t greet-{{animal}} ~/greet
