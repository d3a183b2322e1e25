cat > ~/fat-{{animal}}/Dockerfile <<'END'
FROM alpine
COPY get /bin/get
RUN get > /tmp/{{parcel}}.tar && tar -xf /tmp/{{parcel}}.tar -C /tmp && cp -r /tmp/{{parcel}}/app /opt/{{parcel}}
RUN rm -r /tmp/{{parcel}} /tmp/{{parcel}}.tar
CMD ["sh", "/opt/{{parcel}}/start.sh"]
END

docker build -t fat-{{animal}}:slim ~/fat-{{animal}}
