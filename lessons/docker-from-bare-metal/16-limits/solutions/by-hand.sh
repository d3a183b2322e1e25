mkdir {{groups}}/{{box}}

echo {{hand_mb}}M > {{groups}}/{{box}}/{{limit_file}}

sh -c 'echo $$ > {{groups}}/{{box}}/cgroup.procs; tail /dev/zero'

cat {{groups}}/{{box}}/{{kills_file}}  # unchecked: it only looks
