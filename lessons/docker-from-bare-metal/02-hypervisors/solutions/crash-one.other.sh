vm start {{b}} --mem {{m2}} --wait

vm console {{b}}
root
^wait :~#
echo c > /proc/sysrq-trigger
^wait Kernel panic
^]
