docker commit {{crier}} snapshot

mkdir -p /root/{{again}}

echo "FROM snapshot" >/root/{{again}}/Dockerfile
