vm start {{b}} --mem {{m2}} --wait

vm console {{b}}
root
echo c > /proc/sysrq-trigger
^]
