cd /root/shop
cat >REPORT.md <<'END'
A: 502 at the front; an address where a name belongs
B: refused; the api listened on its loopback, and on another port
C: NOAUTH; different passwords, and in clear
D: orders lost; the volume was mounted beside /data
E: worker restarts with 127; the image has no bash
F: api dead after a cold start; it did not wait until the cache was ready
G: the shop does not open; its port belongs to the neighbours
H: a huge image; a token and a backup in a layer
I: a worker with all keys; root, and the Docker socket
J: disk full; a log without max-size
K: always unhealthy; the health check asked for a wrong path
L: a blank shop after a pull; latest was moved to a broken build
END
