docker run -d --name {{capped}} alpine sleep 86400 --memory {{capped_mb}}m --cpus 0.{{tenths}} --pids-limit {{pids}}
