cat > ~/{{tool}}/Dockerfile <<'END'
FROM tcc-builder AS build
COPY {{tool}}.c /
RUN tcc -o /{{tool}} /{{tool}}.c
FROM alpine
COPY --from=build /{{tool}} /{{tool}}
COPY --from=build /lib/x86_64-linux-gnu/libc.so.6 /lib/x86_64-linux-gnu/libc.so.6
COPY --from=build /lib64/ld-linux-x86-64.so.2 /lib64/ld-linux-x86-64.so.2
CMD ["/{{tool}}"]
END

docker build -t {{tool}}:slim ~/{{tool}}
