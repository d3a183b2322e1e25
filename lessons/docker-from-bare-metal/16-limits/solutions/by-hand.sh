. ~/groups.sh  # unchecked: a shell that began after the setup knows the names already

mkdir $groups/{{box}}

echo {{hand_mb}}M > $groups/{{box}}/$limit

sh -c 'echo $$ > $groups/{{box}}/cgroup.procs; tail /dev/zero'

cat $groups/{{box}}/$kills  # unchecked: it only looks
