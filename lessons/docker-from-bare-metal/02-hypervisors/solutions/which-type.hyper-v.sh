cd /root/cards; mv $(grep -lE "ESXi|Xen" *.txt) type1/; mv *.txt type2/; cd
