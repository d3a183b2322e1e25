"""Mounts, and settings of the kernel that lie in them. Pure."""

from slipway.escape.attempts import Attempt, Control, Place, python, shell

FAMILY = "mounts"
HOST = Control(place=Place.HOST)


def same_value(path: str) -> str:
    """Return a script that writes to a setting what it holds already: nothing changes where it succeeds."""
    return f"[ -e {path} ] || {{ echo 'no such device: {path}'; exit 77; }}; v=$(cat {path}); echo \"$v\" >{path}"


def setting(name: str, tried: str, path: str) -> Attempt:
    """Return the attempt to write a setting of the whole kernel."""
    return shell(name, f"{tried} ({path})", same_value(path), control=HOST)


def kind(name: str, tried: str) -> Attempt:
    """Return the attempt to mount a file system of the kernel's own."""
    return shell(name, f"mount {name}: {tried}", f"mkdir m; mount -t {name} x m", control=HOST)


# Leave a chroot: a second one is made while a folder outside of it is open.
BREAK_OUT = """
os.makedirs("/tmp/inner.escape", exist_ok=True)
outside = os.open("/", os.O_RDONLY)
os.chroot("/tmp/inner.escape")
os.fchdir(outside)
for _ in range(64): os.chdir("..")
os.chroot(".")
if not os.path.exists(ENV["MARKER"]): none("above its root lies nothing of the engine")
"""
IN_A_JAIL = 'os.makedirs("jail/tmp"); os.chroot("jail"); os.chdir("/")'

ATTEMPTS = (
    kind("debugfs", "the kernel's insides"),
    kind("tracefs", "tracing the kernel and all processes"),
    kind("securityfs", "the settings of security modules"),
    kind("pstore", "what the kernel said when it died"),
    shell("bpf-token", "mount bpf with rights to load programs delegated", "mkdir m; mount -t bpf -o delegate_cmds=any"
          " x m", control=HOST),
    shell("release-agent", "name a program that the host runs when a group of cgroup v1 empties (release_agent)",
          "[ -d /sys/fs/cgroup/memory ] || { echo 'cgroup v1 is not mounted here'; exit 77; }; mkdir g;"
          " unshare -C sh -c 'mount -t cgroup -o memory c g && v=$(cat g/release_agent) && echo \"$v\" >g/release_agent'",
          control=Control(place=Place.HOST, program="[ -d /sys/fs/cgroup/memory ] || exit 77; mkdir g;"
                          " mount -t cgroup -o memory c g && v=$(cat g/release_agent) && echo \"$v\" >g/release_agent")),
    shell("cgroup2-above", "make a group of cgroup v2 above one's own",
          "mkdir m; mount -t cgroup2 x m || exit; own=$(sed -n 's/^0:://p' /proc/self/cgroup);"
          # On v2 the root that is seen is the machine's own group; what would be above has no name.
          " if [ -f /sys/fs/cgroup/cgroup.controllers ]; then mkdir m/../escape-above && rmdir m/../escape-above;"
          " ls -d m/../slipway* ; else mkdir m/escape-above && rmdir m/escape-above; fi",
          control=Control(place=Place.HOST, program="mkdir m; mount -t cgroup2 x m && mkdir m/escape-above &&"
                          " rmdir m/escape-above"),
          held=r"(?i)permission denied|not permitted|cannot access 'm/\.\./slipway"),
    shell("writable-sys", "write to a file of /sys",
          "mount -o remount,rw /sys; f=$(find /sys -path /sys/fs/cgroup -prune -o -path '*/net/*' -prune -o -type f"
          " -writable -print -quit); [ \"$f\" ] || { echo 'found none: no file of /sys is writable'; exit 1; }; echo $f",
          control=HOST, held="found none"),
    shell("uevent-helper", "name a program that the host runs at each event of a device (uevent_helper)",
          "mkdir s; mount -t sysfs s s || exit; f=s/kernel/uevent_helper; [ -e $f ] ||"
          " { echo 'no such device: uevent_helper'; exit 77; }; v=$(cat $f); echo \"$v\" >$f", control=HOST),
    setting("core-pattern", "name a program that the host runs when one crashes", "/proc/sys/kernel/core_pattern"),
    setting("modprobe", "name the program that loads modules", "/proc/sys/kernel/modprobe"),
    setting("overcommit", "change how the host's memory is given", "/proc/sys/vm/overcommit_memory"),
    setting("randomize", "switch the randomisation of addresses off", "/proc/sys/kernel/randomize_va_space"),
    setting("inotify-limit", "raise the host's limit of inotify", "/proc/sys/fs/inotify/max_user_instances"),
    setting("pid-max", "change the host's number of processes", "/proc/sys/kernel/threads-max"),
    shell("sysrq", "have the kernel reboot or dump by /proc/sysrq-trigger (only its help is asked for)",
          "f=/proc/sysrq-trigger; [ -e $f ] || { echo \"no such device: $f\"; exit 77; }; echo h >$f", control=HOST),
    shell("kcore", "read the kernel's memory at /proc/kcore",
          "f=/proc/kcore; [ -e $f ] || { echo \"no such device: $f\"; exit 77; }; head -c 1 $f >/dev/null", control=HOST),
    python("break-out-of-root", "leave the root folder by a chroot inside of it", BREAK_OUT, held="found none",
           control=Control(place=Place.HOST, program=IN_A_JAIL + BREAK_OUT)),
    shell("uncover", "unmount /var/lib/docker, to see what lies below it", "umount -l /var/lib/docker",
          held=r"(?i)not mounted|invalid argument|not permitted",
          control=Control(place=Place.ATTACKER, program="mkdir m; mount -t tmpfs x m; umount -l m")),
    python("bind-into-the-engine", "bind a folder of the engine's own root",
           """
for pid in filter(str.isdecimal, os.listdir("/proc")):
    for name in ("root", "cwd"):
        path = f"/proc/{pid}/{name}/{ENV['MARKER']}"
        if os.path.exists(path): sys.exit(0)
none("no process has a root with the engine's files")
""", held="found none", control=Control(place=Place.ENGINE)),
)  # fmt: skip
