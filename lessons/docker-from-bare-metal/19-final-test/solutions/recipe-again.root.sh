mkdir -p /root/{{again}}

docker cp {{crier}}:/opt/{{sound}} /root/{{again}}/

cat >/root/{{again}}/Dockerfile <<'END'
FROM alpine
WORKDIR /opt/{{sound}}
COPY {{sound}}/ .
ENV VOICE={{voice}}
CMD ["sh", "call.sh"]
END
