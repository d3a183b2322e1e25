mkdir {{groups}}/den

echo 10M > {{groups}}/den/{{limit_file}}

sh -c 'echo $$ > {{groups}}/den/cgroup.procs; tail /dev/zero'
