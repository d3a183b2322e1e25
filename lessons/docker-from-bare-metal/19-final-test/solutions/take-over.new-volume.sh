cat >/root/{{stack}}/compose.yaml <<'END'
services:
  db:
    image: redis
    command: redis-server --appendonly yes
    restart: unless-stopped
    volumes: ["data:/data"]
  api:
    image: alpine
    command: sh /app/start.sh
    init: true
    restart: unless-stopped
    environment: {DB_HOST: db}
    volumes: ["./api:/app:ro"]
  clock:
    image: alpine
    command: sh /clock.sh
    init: true
    restart: unless-stopped
    environment: {DB_HOST: db}
    volumes: ["./clock.sh:/clock.sh:ro"]
  web:
    image: nginx
    restart: unless-stopped
    ports: ["127.0.0.1:{{stack_port}}:80"]
    volumes: ["./web.conf:/etc/nginx/conf.d/default.conf:ro"]
volumes:
  data:
END

cd /root/{{stack}}

docker compose create

docker rm -f {{stack}}-db {{stack}}-api {{stack}}-web {{stack}}-clock

docker compose up -d

sleep 2
