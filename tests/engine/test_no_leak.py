"""Machines come and go, and the host is as it was before."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from slipway.sandboxes import actions
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.engine.lab import Lab
from tests.instance import wait_for
from tests.unit.sandboxes.world import REAL_COMMITS, make_learner, make_sandbox, make_world

pytestmark = pytest.mark.engine
MACHINES = 60
SANDBOXES = 1000
AT_ONCE = 4
# All that a machine has in its engine, counted there.
COUNT = """
docker --host unix:///run/slipway/engine.sock ps -aq | wc -l
wc -l </proc/mounts
find /var/lib/slipway /run/slipway* -type f | wc -l
find /sys/fs/cgroup -type d -path '*{instance}*' | wc -l
ls /var/lib/docker/*/overlay2 | wc -l
cat /proc/[0-9]*/comm 2>/dev/null | grep -c containerd-shim
# A busy host's engine loses what is printed right before an end.
sleep 0.2
"""
KINDS = ("containers", "mounts", "files", "control groups", "layers", "shims")


def test_sixty_leave_nothing(lab: Lab) -> None:
    """Made, used and removed, several at once."""
    # The first one makes the empty disk that all others begin with.
    _use(lab, "leak-first")
    before = _count(lab)
    lab.start("leak-control")
    during = _count(lab)
    assert [kind for kind in KINDS if during[kind] <= before[kind]] == []
    _remove(lab, "leak-control")
    with ThreadPoolExecutor(AT_ONCE) as threads:
        disks = set(threads.map(lambda number: _use(lab, f"leak-{number}"), range(MACHINES)))
    wait_for("nothing is left", lambda: _count(lab) == before, every=1)
    wait_for("no loop device is left", lambda: not disks & _held(), every=1)


@REAL_COMMITS
def test_a_thousand_leave_nothing(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    """On an engine in memory: no machine, no disk, no task, and no row but the one that tells when it was gone."""
    world = make_world(monkeypatch, settings, tmp_path)
    learner = make_learner()
    for _ in range(SANDBOXES):
        sandbox = advance(sandbox_id=make_sandbox(learner).id)
        assert sandbox is not None
        actions.remove(sandbox=sandbox)
        world.queue.work_off()
    assert not Sandbox.objects.exclude(state=State.GONE).exists()
    assert (world.engine.machines(), world.queue.sent) == ([], [])
    assert world.engine.disks() == []


def _use(lab: Lab, name: str) -> int:
    """Use a machine, and return its disk's inode, which a loop device holds meanwhile."""
    lab.start(name)
    try:
        assert lab.engine.run(name, ["docker", "run", "--rm", "alpine", "echo", "alive"]).stdout == b"alive\n"
        disk = (lab.disks_folder / f"{name}.img").stat().st_ino
        assert disk in _held()
    finally:
        _remove(lab, name)
    return disk


def _remove(lab: Lab, name: str) -> None:
    lab.engine.stop_machine(name)
    lab.engine.delete_disk(name)


def _held() -> set[int]:
    """Return the inodes that loop devices hold: the kernel's, so those of other engines too."""
    listed = subprocess.run(["losetup", "-nlO", "BACK-INO"], capture_output=True, text=True, check=True)
    return set(map(int, listed.stdout.split()))


def _count(lab: Lab) -> dict[str, int]:
    words = lab.on_engine(COUNT.replace("{instance}", lab.container.instance)).split()
    return dict(zip(KINDS, map(int, words), strict=True))
