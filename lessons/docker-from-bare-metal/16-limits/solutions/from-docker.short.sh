docker run -d --name {{capped}} --memory {{capped_mb}}m --cpus 0.{{tenths}} --pids-limit {{pids}} alpine sleep 86400
