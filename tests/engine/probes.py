"""What root of a machine may try in order to reach the host, the engine or a neighbour.

Each is a script that must succeed to count.

Scripts run under bash with `python3` meaning the toolset's Python.
"""

GROUP = "/sys/fs/cgroup"


def call(arguments: str) -> str:
    """Return a script that makes one system call, given as number and arguments, with a buffer `b` at hand."""
    return f"""python3 -c "
import ctypes
l = ctypes.CDLL(None, use_errno=True)
b = ctypes.create_string_buffer(bytes([1, 0, 0, 0, 112]) + bytes(115))
r = l.syscall({arguments})
print(r, ctypes.get_errno())
raise SystemExit(r < 0)" """


# getpid by the 32-bit entry: nothing but the rule of architecture holds it.
INT80_GETPID = r"""python3 -c '
import ctypes, mmap
code = bytes.fromhex("b814000000cd80c3")
m = mmap.mmap(-1, 4096, prot=7); m.write(code)
r = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()
print(r); raise SystemExit(r < 0)'"""
# 600 processes that wait, killed again at the end; the fork that is refused ends it early.
FORKS = """python3 -c "
import os, signal
children = []
try:
    while len(children) < 600:
        child = os.fork()
        if not child:
            signal.pause()
        children.append(child)
except OSError:
    pass
finally:
    for child in children:
        os.kill(child, signal.SIGKILL)
raise SystemExit(len(children) < 600)" """
IOCTL = """python3 -c "import fcntl, os; fcntl.ioctl(os.open('/var/lib/docker', 0), {})" """

DEVICES = {
    "disk-of-the-host": "rm -f /root/d; mknod /root/d b 254 0 && head -c 1 /root/d",
    "loop-device": "rm -f /root/l; mknod /root/l b 7 0 && head -c 1 /root/l",
    "memory-device": "rm -f /root/m; mknod /root/m c 1 1 && head -c 1 /root/m",
    "mount-a-block-device": "mount -t ext4 /dev/vda /mnt",
    "loop-mount-an-own-image": "truncate -s 8M /root/i; mkfs.ext4 -q /root/i; mount -o loop /root/i /mnt",
}
KERNEL = {
    "core-pattern": "echo '|/tmp/x' >/proc/sys/kernel/core_pattern",
    "modprobe-path": "echo /tmp/x >/proc/sys/kernel/modprobe",
    "overcommit": "cat /proc/sys/vm/overcommit_memory >/tmp/v; cat /tmp/v >/proc/sys/vm/overcommit_memory",
    "inotify-limit": "f=/proc/sys/fs/inotify/max_user_instances; cat $f >/tmp/v; cat /tmp/v >$f",
    "sysrq": "echo h >/proc/sysrq-trigger",
    "kernel-log": "dmesg | head -1 | grep .",
    "kcore": "head -c 1 /proc/kcore | grep -q .",
    "writable-sys": (
        "mount -o remount,rw /sys; find /sys -path /sys/fs/cgroup -prune -o -path '*/net/*' -prune -o -type f -writable"
        " -print | xargs -r ls -d | grep ."
    ),
    "uevent-helper": "mkdir -p /root/s; mount -t sysfs s /root/s && echo /tmp/x >/root/s/kernel/uevent_helper",
    "debugfs": "mount -t debugfs d /mnt",
    "load-a-module": call("313, 0, b, 0"),
}
LIMITS = [
    *(
        "memory/memory.limit_in_bytes",
        "pids/pids.max",
        "cpu/cpu.cfs_quota_us",
        "cpuset/cpuset.cpus",
        "devices/devices.allow",
    ),
    *("memory/memory.oom_control", "memory.max", "pids.max", "cpu.max", "cgroup.max.descendants"),
]
GROUPS = {
    "release-agent": (
        "mkdir -p /root/g; unshare -C sh -c 'mount -t cgroup -o memory c /root/g && echo /tmp/x >/root/g/release_agent'"
    ),
    "replace-a-limit": f"f={GROUP}/memory/memory.limit_in_bytes; mv $f $f.x || rm $f",
    "all-devices-below": f"mkdir -p {GROUP}/devices/x; echo a >{GROUP}/devices/x/devices.allow",
    "memory-below": (
        f"g={GROUP}/memory; [ -d $g ] || exit 77; mkdir -p $g/x; echo $$ >$g/x/cgroup.procs;"
        " grep -q memory:/x /proc/self/cgroup || exit 77;"
        " head -c 900M /dev/zero | tail -c 900M | wc -c | grep 943718400"
    ),
    "processes-below": (
        f"g={GROUP}/pids; [ -d $g ] || exit 77; mkdir -p $g/x; echo $$ >$g/x/cgroup.procs;"
        " grep -q pids:/x /proc/self/cgroup || exit 77; " + FORKS
    ),
    "leave-the-own-group": (
        f'g={GROUP}/pids; [ -d $g ] || g={GROUP}; mkdir -p $g/x; unshare -C sh -c "echo 0 >$g/../cgroup.procs;'
        ' mkdir -p /root/p; mount -t cgroup -o pids c /root/p && echo 0 >/root/p/../cgroup.procs";'
        " grep '/\\.\\.' /proc/self/cgroup"
    ),
    "see-foreign-groups": (
        "d=/root/h; mkdir -p $d; mount -t cgroup -o pids c $d && ls -d $d/slipway* $d/docker/*/cgroup.procs | grep ."
    ),
    "see-foreign-groups-from-a-new-namespace": (
        "d=/root/h2; mkdir -p $d; unshare -C mount -t cgroup -o pids c $d && ls -d $d/slipway* | grep ."
    ),
}
FILES = {
    "freeze-the-file-system": IOCTL.format("0xC0045877"),
    "shut-the-file-system-down": IOCTL.format("0x8004587D, bytes(4)"),
    "foreign-owner": "find / -xdev -fstype overlay \\( -nouser -o -uid 65534 \\) -print -quit | grep .",
    "chown-outside-the-range": "touch /root/o; chown 65536 /root/o || chown 1048576 /root/o",
    "map-a-foreign-id": "unshare -U sleep 1 & sleep 0.3; echo '0 1048576 1' >/proc/$!/uid_map; r=$?; wait; exit $r",
    "open-by-handle": call("304, -100, b, 0"),
    "disks-by-path": "find / -xdev -name '*.img' -not -path '/usr/*' | grep . || ls -A /mnt | grep .",
    "stage": "cd /proc/1/root; ls -d mnt/* var/lib/docker/../upper run/slipway/engine.sock 2>/dev/null | grep .",
    "names-of-disks": "cat /sys/block/loop*/loop/backing_file | grep img",
}
NEIGHBOURS = {
    "foreign-process": (
        'own=$(readlink /proc/1/ns/user); for p in /proc/[0-9]*; do [ "$(readlink $p/ns/user)" = "$own" ]'
        " || { [ -d $p ] && exit 0; }; done; exit 1"
    ),
    "engines-socket": "find / -xdev -name engine.sock | grep . || grep -a engine.sock /proc/net/unix",
    "foreign-interface": "ip -o link | grep -v -E 'lo:|docker0|veth|br-'",
    "foreign-keyrings": "grep _ses /proc/keys | sed 's/.*_ses.//' | sort -u | sed 1d | grep .",
}
CALLS = {
    "keyctl": call("250, 0, -3, 0"),
    "add-key": call("248, b, b, b, 1, -2"),
    "bpf": call("321, 0, b, 72"),
    "io-uring": call("425, 1, ctypes.create_string_buffer(120)"),
    "userfaultfd": call("323, 1"),
    "perf-event-open": call("298, b, 0, -1, -1, 0"),
    "vsock": "python3 -c 'import socket; socket.socket(40, 1)'",
    "af-alg": "python3 -c 'import socket; socket.socket(38, 5)'",
}
ALL = {**DEVICES, **KERNEL, **GROUPS, **FILES, **NEIGHBOURS, **CALLS}

# Marks of an attempt that could not be made: it proves nothing. A tool that is missing looks like a defence, too.
NOT_MADE = (
    "ModuleNotFound",
    "NameError",
    "SyntaxError",
    "TypeError",
    "ValueError",
    "command not found",
    "unknown filesystem",
    "Resource temporarily unavailable",
)
# Files that not every kernel has, and those that only cgroup v1 has.
LACKING = ("/proc/sysrq-trigger", "/proc/kcore", "/proc/sys/kernel/modprobe", f"{GROUP}/memory/", f"{GROUP}/devices/")
