docker run --rm -v {{outbox}}:/data alpine chmod 777 /data
