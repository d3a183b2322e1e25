docker run -d --name {{store}} -p {{kv_port}}:{{inner}} {{kv}} hand-out
