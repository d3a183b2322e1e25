cd /root/cards; mv $(grep -lE "VMware|Hyper-V|Xen" *.txt) type1/; mv *.txt type2/; cd
