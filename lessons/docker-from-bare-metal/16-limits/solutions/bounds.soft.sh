docker run -d --name {{kiosk}} -p {{kiosk_port}}:80 --read-only --tmpfs /tmp:size={{tmp_mb}}m --tmpfs /run --ulimit nofile={{files}}:1024 {{kiosk}}-app
