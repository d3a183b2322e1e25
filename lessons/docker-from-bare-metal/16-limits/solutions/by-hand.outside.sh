. ~/groups.sh

mkdir $groups/{{box}}

echo {{hand_mb}}M > $groups/{{box}}/$limit

timeout 0.3 tail /dev/zero
