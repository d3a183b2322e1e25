"""Docker: the engines outside, and whatever the inner one may be asked for. Pure.

The inner engine is root of the machine: what it starts has no wall to the machine, and must have one to all else.
"""

from slipway.escape.attempts import Attempt, Control, Place, python, shell
from slipway.escape.attempts import REFUSED as REFUSED_ALONE

FAMILY = "docker"
ENGINE, HOST = Control(place=Place.ENGINE), Control(place=Place.HOST)
REFUSED = REFUSED_ALONE + r"|found none"
ASK = """
import http.client, json
def engine_id(path):
    link = socket.socket(socket.AF_UNIX); link.settimeout(5); link.connect(path)
    link.sendall(b"GET /info HTTP/1.0\\r\\nHost: docker\\r\\n\\r\\n")
    answer = b"".join(iter(lambda: link.recv(65536), b""))
    return json.loads(answer.partition(b"\\r\\n\\r\\n")[2])["ID"]
"""
NODE = "mknod d b $HOST_DISK && head -c 1 d >/dev/null"
LOOK = "[ -e $1$MARKER ] || { echo 'found none: no file of the engine'; exit 1; }"


def inside(name: str, tried: str, options: str, script: str, *, control: Control = HOST) -> Attempt:
    """Return an attempt in a container of the inner engine; the control runs its script without one."""
    variables = "-e HOST_DISK -e MARKER"
    run = f"docker run --rm {variables} {options} alpine sh -c '{script}' sh"
    there = Control(place=control.place, program=script, capability=control.capability)
    return shell(name, tried, run, control=there, held=REFUSED)


ATTEMPTS = (
    shell("engines-socket", "find the socket of the engine outside",
          "find / -xdev -name engine.sock -print -quit | grep . || grep -a engine.sock /proc/net/unix ||"
          " { echo 'found none: neither a path nor a name of it'; exit 1; }", held="found none",
          control=Control(place=Place.ENGINE, program="ls /run/slipway/engine.sock && grep -a engine.sock"
                          " /proc/net/unix")),
    python("hosts-engine", "reach the host's engine at /run/docker.sock",
           ASK + """
if engine_id("/run/docker.sock") != ENV["HOST_ENGINE"]: none("its own engine answers there")
""", held="found none", control=HOST),
    python("engine-by-root", "reach the engine's socket through the root of a process",
           """
for pid in filter(str.isdecimal, os.listdir("/proc")):
    if os.path.exists(f"/proc/{pid}/root/run/slipway/engine.sock"): sys.exit(0)
none("no process has it below its root")
""", held="found none", control=ENGINE),
    inside("privileged", "read the host's disk in a privileged container", "--privileged", NODE),
    inside("all-capabilities", "mount the kernel's insides with all capabilities and no profile",
           "--cap-add ALL --security-opt seccomp=unconfined --security-opt apparmor=unconfined",
           "mkdir m; mount -t debugfs d m"),
    inside("host-pid", "see the host's processes with --pid=host", "--privileged --pid=host",
           'grep -aqs "[e]scape-bait" /proc/[0-9]*/cmdline || { echo "found none: only the processes of the machine";'
           " exit 1; }", control=ENGINE),
    inside("host-files", "see the engine's files with -v /:/host", "-v /:/host", LOOK.replace("$1", "/host"),
           control=Control(place=Place.ENGINE)),
    inside("host-network", "see the host's interfaces with --network=host", "--network=host",
           'ls /sys/class/net | grep -v -E "^(lo|docker0|veth.*|br-.*)$" || { echo "found none: only those of the'
           ' machine"; exit 1; }'),
    inside("host-groups", "see the host's groups with --cgroupns=host", "--privileged --cgroupns=host",
           'grep -s slipway /proc/1/cgroup || { echo "found none: its own group is the root"; exit 1; }',
           control=ENGINE),
    shell("device", "pass a device of the host with --device",
          "mknod /dev/escape b $HOST_DISK; docker run --rm --device /dev/escape:/dev/d alpine head -c 1 /dev/d",
          held="Operation not permitted",
          control=Control(place=Place.HOST, program="mknod /dev/escape b $HOST_DISK && head -c 1 /dev/escape"
                          " >/dev/null")),
    inside("device-rule", "allow all devices with --device-cgroup-rule", '--device-cgroup-rule "a *:* rwm"', NODE),
    shell("volume-driver", "have the engine mount debugfs as a volume",
          "docker volume create -d local -o type=debugfs -o device=none escape >/dev/null; docker run --rm -v escape:/v"
          " alpine ls /v/sched; r=$?; docker volume rm escape >/dev/null; exit $r",
          control=Control(place=Place.HOST, program="mkdir m; mount -t debugfs d m; ls m >/dev/null")),
    shell("build", "make a device node while an image is built",
          "printf 'FROM alpine\\nRUN mknod d b %s && head -c 1 d' \"$HOST_DISK\" >Dockerfile; docker build -q .",
          held="(?i)operation not permitted|returned a non-zero code: 1|exit code: 1",
          control=Control(place=Place.HOST, program=NODE)),
    shell("plugin-runtime", "have the engine start a runtime of its own with rights that the machine lacks",
          "docker run --rm --privileged --userns=host alpine cat /proc/self/uid_map | grep -E '^ +0 +0 ' ||"
          " { echo 'found none: ids are those of the machine'; exit 1; }", held="found none",
          control=Control(place=Place.HOST, program="grep -E '^ +0 +0 ' /proc/self/uid_map")),
)  # fmt: skip
