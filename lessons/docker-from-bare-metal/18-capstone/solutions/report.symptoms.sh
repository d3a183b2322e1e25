cd /root/shop
cat >REPORT.md <<'END'
A: visitors saw 502
B: refused
C: orders refused
D: orders lost
E: nobody pays
F: api dead
G: the shop does not open
H: a huge image
I: something is wrong with worker
J: disk full
K: unhealthy
L: a blank shop
END
