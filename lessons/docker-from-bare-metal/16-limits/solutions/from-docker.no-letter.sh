docker run -d --name {{capped}} --memory {{capped_mb}} --cpus 0.{{tenths}} --pids-limit {{pids}} alpine sleep 86400
