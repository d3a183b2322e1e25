"""Control groups: the machine's own limits, and ways around them. Pure.

`$GROUP` is where the machine's group lies below a hierarchy: nothing in the machine, a path in the engine's container.
"""

from slipway.escape.attempts import Attempt, Control, Place, python, shell

FAMILY = "groups"
ENGINE, HOST = Control(place=Place.ENGINE), Control(place=Place.HOST)
V1 = (
    *("memory/memory.limit_in_bytes", "pids/pids.max", "cpu/cpu.cfs_quota_us", "cpuset/cpuset.cpus"),
    *("memory/memory.oom_control", "devices/devices.allow"),
)
V2 = ("memory.max", "pids.max", "cpu.max", "cgroup.max.descendants")
VALUES = {"devices/devices.allow": "c 1:3 rwm", "memory/memory.oom_control": "0"}


def limit(name: str, version: int) -> Attempt:
    """Return the attempt to write a limit of one's own, or else to take its file over. The value stays the same."""
    hierarchy, _, file = name.rpartition("/")
    path = f"/sys/fs/cgroup/{hierarchy}$GROUP/{file}".replace("//", "/")
    value = f"'{VALUES[name]}'" if name in VALUES else f'"$(cat {path})"'
    program = (
        f"[ -e {path} ] || {{ echo 'the other version of cgroups has {file}'; exit 77; }};"
        f" echo {value} >{path} || {{ chown $(stat -c %u:%g {path}) {path} && chmod 666 {path}; }}"
    )
    return shell(file, f"change its own limit {file} (cgroup v{version})", program, control=ENGINE)


# Processes that wait, killed again at the end; a fork that is refused ends it early.
FORKS = """
children = []
try:
    while len(children) < 600:
        child = os.fork()
        if not child: signal.pause()
        children.append(child)
finally:
    for child in children: os.kill(child, signal.SIGKILL)
"""
INTO_A_GROUP_BELOW = """
place = next((p for p in (f"/sys/fs/cgroup/{name}", "/sys/fs/cgroup") if os.path.exists(f"{p}/cgroup.procs")))
os.makedirs(f"{place}/escape", exist_ok=True)
open(f"{place}/escape/cgroup.procs", "w").write(str(os.getpid()))
"""

ATTEMPTS = (
    *(limit(name, 1) for name in V1),
    *(limit(name, 2) for name in V2),
    python("memory-below", "use more memory than its own in a group below",
           f"""
name = "memory"{INTO_A_GROUP_BELOW}
child = os.fork()
if not child: b = bytearray(832 << 20); os._exit(b[-1])
status = os.waitpid(child, 0)[1]
if status: print("killed by signal", status & 127); sys.exit(1)
""", held="killed by signal 9", control=Control(place=Place.HOST, program="b = bytearray(832 << 20)")),
    python("processes-below", "start more processes than its own in a group below",
           f'name = "pids"{INTO_A_GROUP_BELOW}{FORKS}', held="temporarily unavailable",
           control=Control(place=Place.HOST, program=FORKS)),
    shell("devices-below", "allow all devices in a group below",
          "d=/sys/fs/cgroup/devices$GROUP; [ -d $d ] || { echo 'cgroup v2 has no such file'; exit 77; }; mkdir -p"
          " $d/escape; echo a >$d/escape/devices.allow; r=$?; rmdir $d/escape; exit $r",
          control=Control(place=Place.HOST, program="d=/sys/fs/cgroup/devices; [ -d $d ] || exit 77; mkdir -p"
                          " $d/escape; echo a >$d/escape/devices.allow; r=$?; rmdir $d/escape; exit $r")),
    shell("leave", "move a process into a group above its own",
          "p=/sys/fs/cgroup/pids; if [ -d $p ]; then k=cgroup; o='-o pids'; else k=cgroup2; o=; fi; mkdir g;"
          " unshare -C sh -c \"mount -t $k $o c g; mkdir -p g/escape; echo 0 >g/escape/cgroup.procs; sleep 0.1;"
          " mkdir h; unshare -C sh -c 'mount -t $k $o c h; echo 0 >h/../cgroup.procs'\"",
          held=r"(?i)permission denied|not permitted|nonexistent|no such file",
          control=Control(place=Place.HOST, program="p=/sys/fs/cgroup/pids; [ -d $p ] || p=/sys/fs/cgroup; mkdir -p"
                          " $p/escape; echo $$ >$p/escape/cgroup.procs; echo $$ >$p/cgroup.procs; rmdir $p/escape")),
    shell("foreign-groups", "see the groups of other machines by a mount of its own",
          "if [ -d /sys/fs/cgroup/pids ]; then k=cgroup; o='-o pids'; else k=cgroup2; o=; fi; mkdir g;"
          " mount -t $k $o c g || exit; ls -d g/slipway* g/*/slipway* g/docker/* 2>/dev/null | grep . ||"
          " { echo 'found none: its own group is the root'; exit 1; }", control=ENGINE, held="found none"),
    shell("foreign-groups-unshared", "see them from a new cgroup namespace",
          "if [ -d /sys/fs/cgroup/pids ]; then k=cgroup; o='-o pids'; else k=cgroup2; o=; fi; mkdir g; unshare -C"
          " sh -c \"mount -t $k $o c g; cat /proc/1/cgroup; ls -d g/slipway* g/*/slipway*\" 2>/dev/null |"
          " grep slipway || { echo 'found none: its own group is the root'; exit 1; }", control=ENGINE,
          held="found none"),
)  # fmt: skip
