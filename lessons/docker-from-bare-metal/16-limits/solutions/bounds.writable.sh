docker run -d --name {{kiosk}} -p {{kiosk_port}}:80 --tmpfs /tmp:size={{tmp_mb}}m --ulimit nofile={{files}}:{{files}} {{kiosk}}-app
