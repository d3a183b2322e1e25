"""Root of a machine reaches neither host nor engine nor neighbour.

A probe that could not be made fails: it would look like a defence. Skipped is only what this kernel has nothing of to
attack: a file that it was built without, or the files of the other version of control groups.
"""

import signal

import pytest

from slipway.engine import hosting
from slipway.engine.port import ExecResult
from tests.engine import probes
from tests.engine.lab import Lab, execute

pytestmark = pytest.mark.engine
ATTACKER, VICTIM = "box-one", "box-two"
PYTHON = 'python3() { /opt/slipway/python -I -S "$@"; };'


def try_it(lab: Lab, script: str) -> ExecResult:
    """Make an attempt; skip the test if this kernel has nothing to attack."""
    result = lab.attempt(ATTACKER, f"exec 2>&1; {PYTHON} {script}", seconds=20)
    output = result.stdout.decode(errors="replace")
    for mark in probes.NOT_MADE:
        assert mark not in output, f"not made: {output.strip()[-200:]}"
    is_missing = "No such file" in output or "nonexistent" in output
    if result.exit_status == 77 or (is_missing and any(path in output for path in probes.LACKING)):
        pytest.skip(f"nothing to attack, this kernel lacks it: {output.strip()[-200:] or 'the control group'}")
    return result


@pytest.mark.parametrize("name", probes.ALL)
def test_probe_is_held(shared_lab: Lab, name: str) -> None:
    """The attempt fails."""
    result = try_it(shared_lab, probes.ALL[name])
    assert result.exit_status != 0, f"OPEN: {result.stdout.decode(errors='replace')[-400:]}"


@pytest.mark.parametrize("family", [38, 40, 1 << 32 | 38, 1 << 32 | 40])
def test_a_socket_family_is_denied_by_the_profile(shared_lab: Lab, family: int) -> None:
    """By EPERM, whether this kernel has the family or not; the kernel itself drops the upper half."""
    result = try_it(shared_lab, probes.call(f"41, ctypes.c_ulong({family}), 1, 0"))
    assert result.stdout.split() == [b"-1", b"1"]


def test_the_32_bit_entry_ends_its_caller(shared_lab: Lab) -> None:
    """By SIGSYS, which the kernel sends for no other reason: a call that is only denied returns."""
    assert try_it(shared_lab, probes.INT80_GETPID).exit_status == 128 + signal.SIGSYS


@pytest.mark.parametrize("limit", probes.LIMITS)
def test_own_limit_is_out_of_reach(shared_lab: Lab, limit: str) -> None:
    """A machine's root can neither write a limit of its own nor take its file over."""
    path = f"{probes.GROUP}/{limit}"
    if shared_lab.engine.run(ATTACKER, ["test", "-e", path]).exit_status:
        pytest.skip(f"nothing to attack, the other version of control groups has {limit}")
    value = {"devices.allow": "echo a", "memory.oom_control": "echo 1"}.get(limit.rpartition("/")[2], f"cat {path}")
    assert try_it(shared_lab, f'v=$({value}); echo "$v" >{path}').exit_status != 0
    assert try_it(shared_lab, f"chown 0:0 {path} || chmod 666 {path} || chown 1000 {path}").exit_status != 0


def test_writes_do_not_reach_the_image_that_all_share(shared_lab: Lab) -> None:
    """What one machine writes over its image's files shows neither in another machine nor in a new one."""
    shared_lab.sh(
        ATTACKER,
        "echo changed-by-attacker >>/usr/lib/os-release; echo x >>/preload/image/overlay2/repositories.json;"
        " for d in /var/lib/docker/overlay2/*/diff; do mount -o remount,bind,rw $d && echo x >$d/changed-by-attacker;"
        " done || :",
    )
    assert "changed-by-attacker" in shared_lab.sh(ATTACKER, "cat /usr/lib/os-release")
    search = "grep -l changed-by-attacker /usr/lib/os-release; find /preload /var/lib/docker -name changed-by-attacker"
    assert shared_lab.attempt(VICTIM, search).stdout == b""
    shared_lab.reset("box-new")
    assert shared_lab.attempt("box-new", search).stdout == b""


def hold_until_full(lab: Lab, script: str) -> None:
    """Start a program that takes all it can get, says "full" and keeps it for four seconds."""
    wait = "for i in {1..30}; do grep -q full /root/held && break; sleep 0.1; done"
    lab.sh(ATTACKER, f"({PYTHON} {script}) >/root/held 2>&1 & {wait}")
    assert lab.sh(ATTACKER, "cat /root/held") == "full"


def test_copies_of_a_descriptor_in_flight_are_counted_per_machine(shared_lab: Lab) -> None:
    """A machine that has as many descriptors in flight as it may does not keep its neighbour from passing one."""
    flood = """ulimit -n 8192; python3 -c "
import array, os, socket
fd = array.array('i', [os.open('/dev/null', 0)] * 250); kept = []
try:
    while True:
        a, b = socket.socketpair(); kept += [a, b]
        a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fd)])
except OSError as error:
    os.write(1, b'full')
    import time; time.sleep(4)" """
    hold_until_full(shared_lab, flood)
    passed = """python3 -c "
import array, socket
a, b = socket.socketpair()
a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0]))])
print('works')" """
    assert shared_lab.sh(VICTIM, f"{PYTHON} {passed}").strip() == "works"
    assert shared_lab.sh(VICTIM, "docker run --rm alpine echo works").strip() == "works"


def test_pipe_pages_are_counted_per_machine(shared_lab: Lab) -> None:
    """A machine with as many large pipes as it may does not shrink its neighbour's."""
    hold = """python3 -c "
import fcntl, os
kept = []
try:
    while True:
        kept.append(os.pipe()); fcntl.fcntl(kept[-1][1], 1031, 1 << 20)
except OSError:
    os.write(1, b'full')
    import time; time.sleep(4)" """
    hold_until_full(shared_lab, hold)
    size = 'python3 -c "import fcntl, os; print(fcntl.fcntl(os.pipe()[0], 1032))"'
    assert shared_lab.sh(VICTIM, f"{PYTHON} {size}").strip() == "65536"


def test_inotify_instances_have_a_ceiling(shared_lab: Lab) -> None:
    """A machine has 64 inotify instances at most: they count with the host's root, too."""
    count = """python3 -c "
import ctypes; l = ctypes.CDLL(None); n = 0
while n < 1000 and l.inotify_init1(0) >= 0: n += 1
print(n)" """
    assert int(shared_lab.sh(VICTIM, f"{PYTHON} {count}")) <= 64


def test_ranges_of_ids_do_not_overlap(shared_lab: Lab) -> None:
    """Two machines have ranges of 65,536 ids each, far above those that a distribution hands out."""
    maps = [shared_lab.sh(name, "cat /proc/self/uid_map /proc/self/gid_map").split() for name in (ATTACKER, VICTIM)]
    starts = [int(words[1]) for words in maps]
    assert all(words[0] == "0" and words[2] == "65536" and words[4] == words[1] for words in maps)
    assert abs(starts[0] - starts[1]) >= 65536
    assert min(starts) >= 16 * 65536


def test_an_ordinary_container_of_the_engine_is_remapped(shared_lab: Lab) -> None:
    """A container without our runtime is confined by the engine's own user namespace."""
    api = shared_lab.engine._client.api
    assert execute(api, "slipway-disks", "/opt/slipway/busybox cat /proc/self/uid_map").split()[1] == "100000"


def test_engine_container_is_not_privileged(shared_lab: Lab) -> None:
    """The engine's container has the capabilities that it needs and no network."""
    api = hosting.connect()
    state = api.inspect_container(shared_lab.container.name)["HostConfig"]
    api.close()
    assert (state["Privileged"], state["NetworkMode"], state["CapDrop"]) == (False, "none", ["ALL"])
