cat > ~/{{tool}}/Dockerfile <<'END'
FROM tcc-builder
COPY {{tool}}.c /
RUN tcc -o /{{tool}} /{{tool}}.c
RUN rm /{{tool}}.c /usr/bin/tcc
CMD ["/{{tool}}"]
END

docker build -t {{tool}}:slim ~/{{tool}}
