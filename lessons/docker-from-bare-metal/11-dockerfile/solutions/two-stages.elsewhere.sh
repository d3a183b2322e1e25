cd ~/{{tool}}

docker create --name maker tcc-builder tcc -o /{{tool}} /{{tool}}.c

docker cp {{tool}}.c maker:/

docker start -a maker

docker cp maker:/{{tool}} .

docker cp maker:/lib/x86_64-linux-gnu/libc.so.6 -L .

docker cp -L maker:/lib64/ld-linux-x86-64.so.2 .

cat > Dockerfile <<'END'
FROM alpine
COPY {{tool}} /
COPY libc.so.6 /lib/x86_64-linux-gnu/
COPY ld-linux-x86-64.so.2 /lib64/
CMD ["/{{tool}}"]
END

docker build -t {{tool}}:slim .
