vm start {{a}} --mem {{m1}} --cpus {{cpus}} --wait

vm console {{a}}  # unchecked: the next wait would not end without it
root  # unchecked: a step on the console
^wait :~#  # unchecked: waits
nproc  # unchecked: a step on the console
grep MemTotal /proc/meminfo  # unchecked: a step on the console
^wait kB  # unchecked: waits
cat /sys/block/vda/size  # unchecked: a step on the console
cat /sys/class/net/eth0/address  # unchecked: a step on the console
uname -r  # unchecked: a step on the console
^wait cloud  # unchecked: waits
^]  # unchecked: a step on the console
