docker system prune -a -f --volumes
