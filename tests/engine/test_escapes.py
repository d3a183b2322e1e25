"""Root of a machine reaches neither host nor engine nor neighbour.

The list is the command's own (`./slipway doctor --escape`): this module goes through it on a machine of the tests, with
its controls, and adds what takes more than one program to try.
"""

from pathlib import Path

import pytest

from slipway.command.instance import PROJECT
from slipway.engine import hosting
from slipway.escape import bench, families, forging, report, run
from slipway.escape.attempts import Outcome, Result
from slipway.grading import impostors
from tests.engine.lab import Lab, execute
from tests.engine.wallless import without_walls

pytestmark = pytest.mark.engine
ATTACKER, VICTIM = "box-one", "box-two"
PYTHON = 'python3() { /opt/slipway/python -I -S "$@"; };'
NAMES = [
    *(f"{family}/{attempt.name}" for family, attempts in families.MACHINE.items() for attempt in attempts),
    *(f"{forging.FAMILY}/{forgery.name}" for forgery in forging.FORGERIES),
]


@pytest.fixture(scope="module")
def results(shared_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Make all attempts of the families that are tried in a machine, and run their controls."""
    target = bench.Target(
        shared_lab.engine, shared_lab.container, shared_lab.image, Path(tmp_path_factory.mktemp("run")), PROJECT, None
    )
    with without_walls(target) as wallless, bench.on(target, (ATTACKER, VICTIM), wallless=wallless) as made:
        found = list(run.on_bench(made, families.ALL))
    return {f"{result.family}/{result.name}": result for result in found}


@pytest.mark.parametrize("name", NAMES)
def test_attempt_is_held(results: dict[str, Result], name: str) -> None:
    """It fails as it should, and succeeds where nothing holds it; or this kernel has nothing of to attack."""
    result = results[name]
    assert result.is_good, report.line(result)
    if result.outcome is Outcome.LACKING:
        pytest.skip(f"this kernel has nothing of that to attack: {report.line(result)}")


def test_nothing_of_a_machine_as_it_is_passes_for_an_impostor(shared_lab: Lab) -> None:
    """Whoever forged nothing is not refused, with its Docker started again by hand neither."""
    shared_lab.reset("box-honest")
    impostors.refuse(shared_lab.engine, "box-honest")
    shared_lab.sh("box-honest", "service docker restart")
    impostors.refuse(shared_lab.engine, "box-honest")


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
