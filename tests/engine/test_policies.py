"""Each limit and wall of a policy is real in a machine."""

import pytest

from slipway.engine.port import MEBIBYTE, Confinement, EngineError, Limits, RuntimeMissingError
from slipway.sandboxes.policy import Kind, Policy, Role, parse
from tests.engine.conftest import OTHER_RUNTIME
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
POLICIES = f"""
[default]
cpus = 0.5
cpu_shares = 512
[role.guest]
memory_mebibytes = 300
pids = 200
open_files = 1024
disk_mebibytes = 512
disk_inodes = 9000
log_mebibytes = 1
no_new_privileges = true
runtime = "{OTHER_RUNTIME}"
"""
BOX = "guests-box"
# Says what is in force, as the kernel does: v1 and v2 of control groups.
LOOK = """
cd /sys/fs/cgroup
cat memory/memory.limit_in_bytes 2>/dev/null || cat memory.max
cat pids/pids.max 2>/dev/null || cat pids.max
cat cpu/cpu.shares 2>/dev/null || cat cpu.weight
cat cpu/cpu.cfs_quota_us 2>/dev/null || cut -d' ' -f1 cpu.max
"""
# Takes the output of process 1, which leads to the container's log, as a machine's root can, and writes 3 MB to it.
FLOOD = """
import ctypes, os
log = ctypes.CDLL(None).syscall(438, os.pidfd_open(1), 1, 0)
assert log > 0
for _ in range(3000):
    os.write(log, b"x" * 999 + b"\\n")
"""


@pytest.fixture
def guests(lab: Lab) -> Lab:
    """Give a lab with a machine of the policy above."""
    policy = parse(POLICIES, Policy()).of(Kind("lab-docker", Role.GUEST))
    lab.start(BOX, limits=policy.limits, confinement=policy.confinement)
    return lab


def weight(shares: int, first: str) -> str:
    """Return how the kernel says so many shares: as they are on v1, by runc's rule on v2."""
    return str(shares) if first == "v1" else str(1 + ((shares - 2) * 9999) // 262142)


def version(lab: Lab) -> str:
    """Return the version of the machine's control groups."""
    return lab.sh(BOX, "test -e /sys/fs/cgroup/cgroup.controllers && echo v2 || echo v1").strip()


def test_a_machine_is_bounded_as_its_policy_says(guests: Lab) -> None:
    """Memory, processes, weight, quota, open files, disk, inodes, setuid and the log, all of one machine."""
    wanted = [str(300 * MEBIBYTE), "200", weight(512, version(guests)), "50000"]
    assert guests.sh(BOX, LOOK).split() == wanted
    assert b"137" in guests.attempt(BOX, "tail /dev/zero; echo $?").stdout
    bomb = guests.attempt(BOX, "for i in {1..300}; do sleep 5 & done; wait")
    assert b"Resource temporarily unavailable" in bomb.stderr
    many = "import os; [os.open('/', os.O_RDONLY) for _ in range(1100)]"
    assert b"Too many open files" in guests.attempt(BOX, f'/opt/slipway/python -c "{many}"').stderr
    assert b"No space left" in guests.attempt(BOX, "head -c 600M /dev/zero >/root/big").stderr
    guests.sh(BOX, "rm /root/big")
    inodes = guests.attempt(BOX, "mkdir /root/d; cd /root/d; seq 10000 | xargs touch")
    assert b"No space left" in inodes.stderr
    guests.sh(BOX, "rm -r /root/d")
    # A setuid program stays who called it.
    assert (
        guests.sh(BOX, "cp /usr/bin/id /tmp/id; chmod 4755 /tmp/id; setpriv --reuid 1000 /tmp/id -u").strip() == "1000"
    )
    guests.sh(BOX, f"/opt/slipway/python -c '{FLOOD}'")
    logs = guests.on_engine("cat /var/lib/docker/*/containers/*/*-json.log* | wc -c")
    assert 0 < int(logs) < 1.2 * MEBIBYTE


def test_a_running_machine_is_given_other_limits(guests: Lab) -> None:
    """As a warm one is when it is claimed; below what it uses they are refused, and the old ones hold."""
    guests.engine.limit_machine(BOX, Limits(memory_bytes=400 * MEBIBYTE, cpus=1.5, cpu_shares=2048, pids=300))
    wanted = [str(400 * MEBIBYTE), "300", weight(2048, version(guests)), "150000"]
    assert guests.sh(BOX, LOOK).split() == wanted
    with pytest.raises(EngineError):
        guests.engine.limit_machine(BOX, Limits(memory_bytes=7 * MEBIBYTE))
    assert guests.sh(BOX, "docker run --rm alpine echo alive").strip() == "alive"


def test_another_runtime_makes_the_machine(guests: Lab) -> None:
    """The program in runc's place is told of each step; one that the engine lacks is refused with what to do."""
    told = guests.on_engine("cat /run/noting.log")
    assert " create " in told
    assert guests.sh(BOX, "docker run --rm alpine echo alive").strip() == "alive"
    with pytest.raises(RuntimeMissingError, match="SLIPWAY_HOME/runtimes"):
        guests.start("nowhere", confinement=Confinement(runtime="runsc"))
