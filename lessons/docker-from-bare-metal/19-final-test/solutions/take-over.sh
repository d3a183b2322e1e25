docker inspect {{stack}}-db {{stack}}-api {{stack}}-web {{stack}}-clock  # unchecked: only looks

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
    name: {{stack}}-data
    external: true
END

cd /root/{{stack}}

docker compose create  # unchecked: makes the change shorter

docker rm -f {{stack}}-clock

docker stop {{stack}}-db  # unchecked: lets the database end in peace

docker rm {{stack}}-db

docker compose start db api clock  # unchecked: makes the change shorter

docker rm -f {{stack}}-web {{stack}}-api && docker compose up -d

sleep 2  # unchecked: the witness looks again
