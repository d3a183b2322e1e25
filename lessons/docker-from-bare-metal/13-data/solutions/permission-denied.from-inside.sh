docker exec {{app}} chown {{uid}} /data
