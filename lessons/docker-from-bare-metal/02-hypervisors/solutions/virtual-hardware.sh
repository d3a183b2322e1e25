vm start {{a}} --mem {{m1}} --cpus {{cpus}} --wait

vm console {{a}}
root
^wait :~#
nproc
grep MemTotal /proc/meminfo
^wait kB
cat /sys/block/vda/size
cat /sys/class/net/eth0/address
uname -r
^wait cloud
^]
