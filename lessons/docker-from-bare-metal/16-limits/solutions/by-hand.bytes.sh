. ~/groups.sh

mkdir $groups/{{box}}

echo {{hand_mb}} > $groups/{{box}}/$limit

sh -c 'echo $$ > $groups/{{box}}/cgroup.procs; tail /dev/zero'
