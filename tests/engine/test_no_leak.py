"""Machines come and go, and the host is as it was before."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.lab import Lab
from tests.instance import wait_for

pytestmark = pytest.mark.engine
MACHINES = 60
AT_ONCE = 4
# All that a machine has in its engine, counted there.
COUNT = """
docker ps -aq | wc -l
losetup -n | wc -l
wc -l </proc/mounts
find /var/lib/slipway /run/slipway* -type f 2>/dev/null | wc -l
find /sys/fs/cgroup -type d -path '*{instance}*' | wc -l
ls /var/lib/docker/overlay2 | wc -l
ps ax | grep -c [c]ontainerd-shim
"""
KINDS = ("containers", "loop devices", "mounts", "files", "control groups", "layers", "shims")


def test_sixty_machines_leave_nothing(lab: Lab) -> None:
    """Made, used and removed, several at once."""
    before = _count(lab)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        used = list(threads.map(lambda number: _use(lab, f"leak-{number}"), range(MACHINES)))
    assert used == [b"alive\n"] * MACHINES
    wait_for("nothing is left", lambda: _count(lab) == before, every=1)


def _use(lab: Lab, name: str) -> bytes:
    lab.start(name)
    try:
        return lab.engine.run(name, ["docker", "run", "--rm", "alpine", "echo", "alive"]).stdout
    finally:
        lab.engine.stop_machine(name)
        lab.engine.delete_disk(name)


def _count(lab: Lab) -> dict[str, str]:
    words = lab.on_engine(COUNT.replace("{instance}", lab.container.instance)).split()
    return dict(zip(KINDS, words, strict=True))
