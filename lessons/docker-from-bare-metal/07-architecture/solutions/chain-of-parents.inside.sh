docker exec {{chain}} cat /proc/1/comm
