vm start {{b}} --mem {{m2}}

echo '{"execute":"qmp_capabilities"}{"execute":"query-kvm"}' | socat -t1 - UNIX-CONNECT:/run/vm/{{b}}.qmp  # unchecked: only looks

cd /root/cards; mv $(grep -lE "ESXi|Hyper-V|Xen" *.txt) type1/; mv *.txt type2/; cd
