cat > ~/{{tool}}/Dockerfile <<'END'
FROM tcc-builder AS build
COPY {{tool}}.c /
RUN tcc -o /{{tool}} /{{tool}}.c
FROM alpine
COPY --from=build /{{tool}} /{{tool}}
CMD ["/{{tool}}"]
END

docker build -t {{tool}}:slim ~/{{tool}}
