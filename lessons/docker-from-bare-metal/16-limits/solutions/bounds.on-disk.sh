docker run -d --name {{kiosk}} -p {{kiosk_port}}:80 --read-only -v counts:/tmp --tmpfs /run --ulimit nofile={{files}}:{{files}} {{kiosk}}-app
