mkdir -p /root/{{again}}

docker cp {{crier}}:/opt/{{sound}} /root/{{again}}/

cat >/root/{{again}}/Dockerfile <<'END'
FROM alpine
WORKDIR /opt/{{sound}}
COPY {{sound}}/ .
ENV VOICE={{voice}}
USER {{uid}}
CMD ["sh", "call.sh"]
END
