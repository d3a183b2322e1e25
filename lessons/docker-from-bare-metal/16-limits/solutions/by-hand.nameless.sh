mkdir $groups/{{box}}

echo {{hand_mb}}M > $groups/{{box}}/$limit
