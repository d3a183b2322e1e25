docker inspect {{crier}}  # unchecked: only looks

docker diff {{crier}}  # unchecked: only looks

docker exec {{crier}} ls -ln /opt/{{sound}}  # unchecked: only looks

mkdir -p /root/{{again}}

docker cp {{crier}}:/opt/{{sound}} /root/{{again}}/

cat >/root/{{again}}/Dockerfile <<'END'
FROM alpine
WORKDIR /opt/{{sound}}
COPY {{sound}}/ .
RUN chown {{uid}}:{{uid}} words.txt
ENV VOICE={{voice}}
USER {{uid}}
CMD ["sh", "call.sh"]
END
