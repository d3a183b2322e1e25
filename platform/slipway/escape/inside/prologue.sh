# What comes before each attempt in bash. `python` is the Python that runs there.
exec 2>&1
python() { "$PYTHON" -I -S "$@"; }

# End an attempt that looked everywhere and found nothing.
none() {
    echo "found none: $*"
    exit 1
}

# End an attempt for which this kernel has nothing.
lacking() {
    echo "lacking: $*"
    exit 77
}

# Write to a file the value that it holds, or another one: where that succeeds, nothing changes.
rewrite() {
    [ -e "$1" ] || lacking "$1"
    value=${2-$(cat "$1")}
    echo "$value" >"$1"
}

# Change a limit of the machine's own group, or else take its file over.
limit() {
    rewrite "$@" || { chown "$(stat -c %u:%g "$1")" "$1" && chmod 666 "$1"; }
}

# Make nodes for loop devices, which a container's /dev has none of, and mount an image of one's own on ./m.
loop_mount() {
    mkdir -p m
    truncate -s 8M own.img && mkfs.ext4 -q own.img || exit
    mknod /dev/loop-control c 10 237
    for number in {0..127}; do mknod "/dev/loop$number" b 7 "$number"; done
    mount -o loop own.img m
}

# Mount the hierarchy of control groups that counts processes on a folder.
mount_groups() {
    mkdir -p "$1"
    if [ -d /sys/fs/cgroup/pids ]; then mount -t cgroup -o pids x "$1"; else mount -t cgroup2 x "$1"; fi
}

# For a bash that an attempt starts.
export -f none lacking rewrite mount_groups
