pgrep -x nginx
