cat >/root/{{app}}/compose.yaml <<'END'
services:
  db:
    container_name: db
    image: redis
    volumes: ["data:/data"]
  api:
    container_name: api
    image: alpine
    command: sh /app/start.sh
    environment: {DB_HOST: db, WORD: "{{token}}"}
    volumes: ["./api:/app:ro"]
volumes: {data: {}}
END

cd /root/{{app}}

docker compose up -d
