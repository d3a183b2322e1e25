mkdir {{groups}}/{{box}}

echo {{hand_mb}} > {{groups}}/{{box}}/{{limit_file}}

sh -c 'echo $$ > {{groups}}/{{box}}/cgroup.procs; tail /dev/zero'
