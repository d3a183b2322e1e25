vm start {{b}} --mem {{m2}}

cd /root/cards; mv $(grep -lE "ESXi|Hyper-V|Xen" *.txt) type1/; mv *.txt type2/; cd
