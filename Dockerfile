# The image of web, worker, scheduler and of what prepares them. Where no registry answers, BASE_IMAGE names a Debian of
# one's own: ./slipway up makes one, slipway/base:….
ARG BASE_IMAGE=debian:trixie-slim
FROM ${BASE_IMAGE}
RUN apt-get update -q \
    && apt-get install -qy --no-install-recommends ca-certificates debootstrap python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/slipway
COPY requirements.txt ./
RUN python3 -m venv /opt/venv && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.txt
COPY manage.py ./
COPY platform platform
COPY static static
COPY lessons lessons
COPY sandboxes sandboxes
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/srv/slipway/platform \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=slipway.settings \
    SLIPWAY_HOME=/var/lib/slipway
VOLUME /var/lib/slipway
EXPOSE 8000
CMD ["uvicorn", "slipway.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--loop", "uvloop", "--http", "httptools", \
     "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-max-size", "131072", \
     "--ws-ping-interval", "20", "--ws-ping-timeout", "20", "--timeout-graceful-shutdown", "2", "--lifespan", "off", \
     "--no-access-log", "--no-proxy-headers"]
