pgrep -x dockerd
