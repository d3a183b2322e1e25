mkdir {{groups}}/{{box}}

echo {{hand_mb}}M > {{groups}}/{{box}}/{{limit_file}}

timeout 0.3 tail /dev/zero
