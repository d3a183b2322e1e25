docker logs --tail 2 {{app}}  # unchecked: it only looks

docker exec {{app}} ls -ldn /data  # unchecked: it only looks

docker run --rm -v {{outbox}}:/data alpine chown {{uid}} /data
