cd /root/shop
cat >REPORT.md <<'END'
A: 502; an address in the configuration
B: refused; loopback
C: NOAUTH; password
END
