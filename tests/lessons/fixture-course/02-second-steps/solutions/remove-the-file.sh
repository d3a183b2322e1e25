rm -f /root/old
