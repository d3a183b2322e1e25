"""Whatever is killed with -9, the machine starts again with its files, and nothing is left.

No loop device, no mount, no group.
"""

import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from slipway.engine import container, hosting, thawing
from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import EngineError, MachineSpec
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
NAME = "target"


def left(lab: Lab) -> dict[str, int]:
    """Count what a machine has in the engine: loop devices on its disk, mounts, groups."""
    words = lab.on_engine(
        f"losetup -n -O BACK-INO | grep -cw $(stat -c %i /var/lib/slipway/disks/{NAME}.img); grep -c . /proc/mounts;"
        f" find /sys/fs/cgroup -type d -path '*/{lab.container.instance}/*' -prune | wc -l"
    ).split()
    return dict(zip(("loops", "mounts", "groups"), map(int, words), strict=True))


def settled(lab: Lab, expected: dict[str, int]) -> dict[str, int]:
    """Count again until nothing is left beyond what was before, for two seconds at most."""
    deadline = time.monotonic() + 2
    found = left(lab)
    while any(found[name] > expected[name] for name in expected) and time.monotonic() < deadline:
        time.sleep(0.1)
        found = left(lab)
    return found


@pytest.fixture
def target(lab: Lab) -> MachineSpec:
    """Give a suspended machine with a file of its own."""
    spec = lab.start(NAME)
    lab.sh(NAME, "echo kept >/root/kept")
    lab.engine.stop_machine(NAME)
    time.sleep(0.3)
    return spec


def starts_again(lab: Lab, spec: MachineSpec) -> None:
    """Start the machine and find its file."""
    lab.engine.start_machine(spec)
    assert lab.sh(NAME, "cat /root/kept").strip() == "kept"
    lab.engine.stop_machine(NAME)


@pytest.mark.parametrize("victim", ["init", "shim"])
def test_killed_machine(lab: Lab, target: MachineSpec, victim: str) -> None:
    """The machine's first process, or containerd's shim above it, is killed."""
    before = left(lab)
    assert before["loops"] == 0
    lab.engine.start_machine(target)
    identity = lab.engine._client.api.inspect_container(NAME)["Id"]
    shim = lab.on_engine(
        f"for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q '^[^ ]*containerd-shim.*{identity}'"
        " && basename $p; done"
    ).split()[0]
    init = lab.on_engine(f"cat /proc/{shim}/task/*/children").split()[0]
    lab.on_engine(f"kill -9 {init if victim == 'init' else shim}")
    time.sleep(0.5)
    starts_again(lab, target)
    assert settled(lab, before) == before


def test_killed_while_it_starts(lab: Lab, target: MachineSpec) -> None:
    """The runtime or runc is killed at five moments of a start."""
    before = left(lab)
    kill = (
        "for p in /proc/[0-9]*; do case $(tr '\\0' ' ' <$p/cmdline 2>/dev/null) in"
        " *slipway/runtime*|*runc*create*|*'runc init'*) kill -9 ${p#/proc/} && echo killed ;; esac; done"
    )
    hits = 0
    for delay in (0.05, 0.09, 0.13, 0.18, 0.25):
        with ThreadPoolExecutor(1) as pool:
            start = pool.submit(start_with_an_engine_of_its_own, lab, target)
            time.sleep(delay)
            hits += lab.on_engine(kill).count("killed")
            start.result()
        lab.engine.stop_machine(NAME)
    assert hits
    starts_again(lab, target)
    found = settled(lab, before)
    # A killed runc leaves empty groups until the engine's next start sweeps them.
    assert (found["loops"], found["mounts"]) == (before["loops"], before["mounts"])


def start_with_an_engine_of_its_own(lab: Lab, spec: MachineSpec) -> None:
    """Start a machine that may be killed meanwhile."""
    engine = DockerEngine(lab.container.socket)
    with contextlib.suppress(EngineError):
        engine.start_machine(spec)
    engine.close()


@pytest.mark.parametrize("is_frozen", [False, True])
def test_killed_engine_heals_by_itself(lab: Lab, target: MachineSpec, is_frozen: bool) -> None:  # noqa: FBT001
    """The engine's first process is killed: the host starts it again, dead machines are gone, their disks are not.

    Also while a machine is being copied and has paused something itself.
    """
    before = left(lab)
    lab.engine.start_machine(target)
    if is_frozen:
        lab.sh(NAME, "docker pause $(docker run --detach alpine sleep 1000)")
        lab.engine._client.api.pause(NAME)
    api = hosting.connect()
    pid = api.inspect_container(lab.container.name)["State"]["Pid"]
    restarts = api.inspect_container(lab.container.name)["RestartCount"]
    assert Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"tini")
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while api.inspect_container(lab.container.name)["RestartCount"] == restarts and time.monotonic() < deadline:
        # As the worker does at every look at an engine that does not answer.
        thawing.let_the_dead_end(lab.container.socket)
        time.sleep(0.1)
    api.close()
    while container.status(lab.container).version is None and time.monotonic() < deadline:
        time.sleep(0.1)
    while lab.engine.machines() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert lab.engine.machines() == []
    assert NAME in [disk.name for disk in lab.engine.disks()]
    starts_again(lab, target)
    found = settled(lab, before)
    # Fewer, where an earlier kill had left something: the start has swept it.
    assert all(found[name] <= before[name] for name in before)
