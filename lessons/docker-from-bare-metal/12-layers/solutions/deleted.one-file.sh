cat > ~/fat-{{animal}}/Dockerfile <<'END'
FROM alpine AS unpack
COPY get /bin/get
RUN get > /tmp/{{parcel}}.tar
RUN tar -xf /tmp/{{parcel}}.tar -C /tmp
FROM alpine
COPY --from=unpack /tmp/{{parcel}}/app/start.sh /opt/{{parcel}}/start.sh
CMD ["sh", "/opt/{{parcel}}/start.sh"]
END

docker build -t fat-{{animal}}:slim ~/fat-{{animal}}
