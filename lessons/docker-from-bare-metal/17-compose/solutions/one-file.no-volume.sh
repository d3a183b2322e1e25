cat >/root/{{app}}/compose.yaml <<'END'
services:
  db: {image: redis}
  api: {image: alpine, init: true, command: sh /app/start.sh, environment: {DB_HOST: db, WORD: "{{token}}"}, volumes: ["./api:/app:ro"]}
  web: {image: nginx, ports: ["127.0.0.1:{{port}}:80"], volumes: ["./web.conf:/etc/nginx/conf.d/default.conf:ro"]}
END

docker rm -f db api web

cd /root/{{app}}

docker compose up -d
