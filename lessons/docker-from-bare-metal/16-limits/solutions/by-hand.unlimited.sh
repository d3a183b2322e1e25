. ~/groups.sh

mkdir $groups/{{box}}

sh -c 'echo $$ > $groups/{{box}}/cgroup.procs; head -c 60M /dev/zero | tail -c 1 | wc -c'
