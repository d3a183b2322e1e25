docker run --name {{ask}} alpine sh -c 'uname -r; cat /proc/sys/kernel/random/uuid'
