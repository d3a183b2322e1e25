vm start {{a}} --mem {{m1}} --cpus {{cpus}} --wait

vm start {{b}} --mem {{m2}} --wait

vm console {{a}}  # unchecked: the next wait would not end without it
root  # unchecked: a step on the console
^wait :~#  # unchecked: waits
echo c > /proc/sysrq-trigger  # unchecked: the next wait would not end without it
^wait Kernel panic  # unchecked: waits
^]  # unchecked: a step on the console
