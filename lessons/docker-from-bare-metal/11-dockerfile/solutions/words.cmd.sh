mkdir -p ~/greet

cat > ~/greet/Dockerfile <<'END'
FROM alpine
CMD ["echo", "hello", "{{guest}}"]
END

docker build -t greet-{{animal}} ~/greet
