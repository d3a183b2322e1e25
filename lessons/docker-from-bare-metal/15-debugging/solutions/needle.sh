docker logs --since {{day}}T{{hour}}:{{minute}}:00Z --until {{day}}T{{hour}}:45:00Z {{clerk}} 2>/dev/null | grep FAILED  # unchecked: only a look

docker logs {{clerk}} 2>&1 >/dev/null | wc -l  # unchecked: only a look
