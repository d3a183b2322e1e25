docker image inspect {{kv}}  # unchecked: only looks

docker run --rm {{kv}}  # unchecked: only looks

docker run -d --name {{store}} -p 127.0.0.1:{{kv_port}}:{{inner}} {{kv}} hand-out
