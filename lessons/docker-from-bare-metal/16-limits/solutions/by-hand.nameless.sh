# A shell that never read the names.
unset groups limit kills

mkdir $groups/{{box}}

echo {{hand_mb}}M > $groups/{{box}}/$limit
