vm list | grep {{slow}} || vm start {{slow}} --wait

docker run --name {{ask}} alpine sh -c 'uname -r; cat /proc/sys/kernel/random/boot_id'

vm console {{slow}}
root
cat /proc/sys/kernel/random/boot_id
^]
