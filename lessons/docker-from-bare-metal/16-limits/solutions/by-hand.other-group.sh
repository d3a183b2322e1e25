. ~/groups.sh

mkdir $groups/den

echo 10M > $groups/den/$limit

sh -c 'echo $$ > $groups/den/cgroup.procs; tail /dev/zero'
