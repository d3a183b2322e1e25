docker run -d --name {{store}} -p 127.0.0.1:{{kv_port}}:80 {{kv}} hand-out
