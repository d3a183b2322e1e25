"""A machine's life: suspended, resumed, copied while it works, reset, on other ids than before."""

import multiprocessing
import time
from pathlib import Path

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import (
    EngineBusyError,
    EngineError,
    EngineUnreachableError,
    MachineNotReadyError,
    MachineSpec,
)
from tests.engine.lab import Lab
from tests.instance import wait_for

pytestmark = pytest.mark.engine


def first_id(lab: Lab, name: str) -> int:
    """Return where a machine's range of ids begins on the host."""
    return int(lab.sh(name, "cat /proc/self/uid_map").split()[1])


def test_resume_on_another_range_keeps_everything(lab: Lab) -> None:
    """Files, owners, file capabilities, inner images and containers are there again, on other ids than before."""
    lab.start("sailor")
    lab.sh(
        "sailor",
        "echo kept >/root/kept; install -o 1000 -g 1000 /dev/null /root/theirs; cp /usr/bin/ping /usr/local/bin/p;"
        " setcap cap_net_raw=ep /usr/local/bin/p; docker run -d --name web nginx;"
        " docker exec web touch /mark; docker commit web mine",
    )
    before = first_id(lab, "sailor")
    # The host hands out the lowest free number: somebody else takes the one that was left.
    for attempt in range(4):
        lab.engine.stop_machine("sailor")
        lab.start(f"squatter-{attempt}")
        lab.start("sailor")
        if first_id(lab, "sailor") != before:
            break
    assert first_id(lab, "sailor") != before
    output = lab.sh(
        "sailor",
        "cat /root/kept; stat -c %u:%g /root/theirs; setpriv --reuid 65534 --clear-groups p -c1 -W1 127.0.0.1;"
        " docker image inspect -f '{{.RepoTags}}' mine; docker start web; docker exec web ls /mark",
    )
    for word in ("kept", "1000:1000", "1 received", "[mine:latest]", "/mark"):
        assert word in output


def test_copy_of_a_busy_machine_is_whole(lab: Lab) -> None:
    """A copy made while the machine writes passes a check of its file system, and the machine writes on."""
    lab.start("writer")
    lab.names.add("photo")
    lab.sh("writer", "(while :; do echo line; sleep 0.001; done >>/root/log; ) >/dev/null 2>&1 & sleep 0.3")
    lab.engine.copy_disk("writer", "photo")
    photo = "cp --sparse=always /var/lib/slipway/disks/photo.img /tmp/p.img"
    check = f"{photo}; e2fsck -fp /tmp/p.img >/dev/null; echo $?; rm /tmp/p.img"
    # 1 would mean that something had to be mended.
    assert lab.on_engine(check) == "0"
    before = lab.sh("writer", "stat -c %s /root/log")
    time.sleep(0.2)
    assert int(lab.sh("writer", "stat -c %s /root/log")) > int(before)


def test_copies_at_once_are_all_made(lab: Lab) -> None:
    """Who is told that another disk is being copied asks again, as workers do; the machine runs on afterwards."""
    lab.start("model")
    photos = {f"photo-{number}" for number in range(8)}
    lab.names |= photos
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.starmap(copy_in_a_process, [(lab.container.socket, "model", photo) for photo in photos], chunksize=1)
    assert photos <= {disk.name for disk in lab.engine.disks()}
    assert lab.sh("model", "echo awake").strip() == "awake"


def copy_in_a_process(path: Path, source: str, target: str) -> None:
    """Copy a disk, in a process of its own, as soon as no other is being copied."""
    engine = DockerEngine(path)

    def is_copied() -> bool:
        try:
            engine.copy_disk(source, target)
        except EngineBusyError:
            return False
        return True

    wait_for(f"{target} is made", is_copied)
    engine.close()


def start_in_a_process(path: Path, spec: MachineSpec) -> None:
    """Start a machine, in a process of its own."""
    engine = DockerEngine(path)
    engine.start_machine(spec)
    engine.close()


def test_two_starts_at_once_make_one_machine(lab: Lab) -> None:
    """Two processes that start the same machine both succeed, and there is one."""
    lab.names.add("twin")
    spec = MachineSpec("twin", "twin", lab.image)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for _ in range(3):
            pool.starmap(start_in_a_process, [(lab.container.socket, spec)] * 2)
            assert [machine.name for machine in lab.engine.machines() if machine.name == "twin"] == ["twin"]
            assert lab.sh("twin", "echo one").strip() == "one"
            lab.engine.stop_machine("twin")


def test_one_disk_never_has_two_machines(lab: Lab) -> None:
    """A second machine on the same disk does not start, and leaves no container behind."""
    lab.start("owner")
    lab.names.add("thief")
    with pytest.raises(EngineError, match="in use by another machine"):
        lab.engine.start_machine(MachineSpec("thief", "owner", lab.image))
    assert "thief" not in [machine.name for machine in lab.engine.machines()]


def test_machine_whose_docker_is_broken_still_starts(lab: Lab) -> None:
    """A learner who deleted dockerd gets the machine back, with a sentence that says what is wrong with it."""
    spec = lab.start("broken")
    lab.sh("broken", "rm /usr/sbin/dockerd /usr/libexec/slipway/dockerd")
    lab.engine.stop_machine("broken")
    impatient = DockerEngine(lab.container.socket, ready_seconds=1)
    with pytest.raises(MachineNotReadyError, match="the Docker inside it does not answer"):
        impatient.start_machine(spec)
    impatient.close()
    assert lab.sh("broken", "echo here").strip() == "here"


def test_machine_with_a_paused_container_goes_away(lab: Lab) -> None:
    """What the machine's own Docker has frozen is thawed to die: it would not see the signal."""
    lab.start("frozen")
    lab.sh("frozen", "docker run -d --name still alpine sleep 600; docker pause still")
    lab.engine.stop_machine("frozen")
    assert "frozen" not in {machine.name for machine in lab.engine.machines()}
    lab.start("frozen")
    assert "exited" in lab.sh("frozen", "docker inspect -f '{{.State.Status}}' still")


# Frozen lower than any path leads to, and the machine's first process put there too: nobody's groups are its uppermost.
FREEZE_FAR_BELOW = """
import os, subprocess, time
root = "/sys/fs/cgroup/freezer" if os.path.exists("/sys/fs/cgroup/freezer") else "/sys/fs/cgroup"
os.chdir(root)
for _ in range(20):
    os.mkdir("g" * 240)
    os.chdir("g" * 240)
frozen = subprocess.Popen(["sleep", "600"], start_new_session=True)
for pid in (1, frozen.pid):
    open("cgroup.procs", "w").write(str(pid))
os.mkdir("ice")
open("ice/cgroup.procs", "w").write(str(frozen.pid))
switch, word = ("freezer.state", "FROZEN") if root.endswith("freezer") else ("cgroup.freeze", "1")
open(f"ice/{switch}", "w").write(word)
time.sleep(0.2)
print("State:", open(f"/proc/{frozen.pid}/wchan").read())
"""


def test_machine_with_a_process_frozen_far_below_goes_away(lab: Lab) -> None:
    """Groups nested deeper than a path is long are thawed as well."""
    lab.start("icy")
    lab.sh("icy", f"/opt/slipway/python -IS - <<'END'\n{FREEZE_FAR_BELOW}\nEND\n")
    lab.engine.stop_machine("icy")
    assert "icy" not in {machine.name for machine in lab.engine.machines()}
    lab.start("icy")
    assert lab.sh("icy", "echo awake").strip() == "awake"


def test_engine_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    """A socket where nobody listens raises the error that means: unknown, not gone."""
    engine = DockerEngine(tmp_path / "none.sock")
    with pytest.raises(EngineUnreachableError, match="does not answer"):
        engine.machines()
