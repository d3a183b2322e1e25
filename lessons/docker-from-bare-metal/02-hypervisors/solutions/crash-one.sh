vm start {{a}} --mem {{m1}} --cpus {{cpus}} --wait

vm start {{b}} --mem {{m2}} --wait

vm console {{a}}
root
^wait :~#
echo c > /proc/sysrq-trigger
^wait Kernel panic
^]
