"""Limits are real: a machine's own and those that its learner sets."""

import time

import pytest

from slipway.engine.port import MEBIBYTE, Limits
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
BOX, NEIGHBOUR = "box-one", "box-two"


def test_inner_memory_limit_kills(shared_lab: Lab) -> None:
    """A container beyond its memory is killed, and Docker says that it was memory."""
    script = """
    docker run --name hog --memory 64m ubuntu tail /dev/zero \\
        || docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' hog
    """
    assert "true 137" in shared_lab.sh(BOX, script)


def test_inner_cpu_limit_slows(shared_lab: Lab) -> None:
    """A container with a fifth of a CPU gets a fifth."""
    loop = 'timeout 2 sh -c "while :; do :; done"'
    script = f"docker run --rm --cpus 0.2 ubuntu bash -c 'TIMEFORMAT=%U; time {loop}' 2>&1 | tail -1"
    assert 0.2 <= float(shared_lab.sh(BOX, f"{script} || :").split()[-1]) <= 0.6


def test_inner_process_limit_refuses(shared_lab: Lab) -> None:
    """A container cannot have more processes than it may."""
    script = "docker run --rm --pids-limit 20 ubuntu bash -c 'for i in {1..40}; do sleep 1 & done' 2>&1 || :"
    assert "Resource temporarily unavailable" in shared_lab.sh(BOX, script)


def test_inner_update_reaches_the_group(shared_lab: Lab) -> None:
    """A limit that is changed while the container runs holds from then on."""
    script = """
    docker run -d --name updated alpine sleep 60
    docker update --memory 40m --memory-swap 40m updated
    docker exec updated sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max'
    2>/dev/null
    """
    assert "41943040" in shared_lab.sh(BOX, script)


def test_machine_has_the_limits_of_its_spec(lab: Lab) -> None:
    """Memory (without swap), processes and open files are bounded as the spec says."""
    lab.start("limited", limits=Limits(memory_bytes=200 * MEBIBYTE, pids=222, open_files_soft=333, open_files_hard=444))
    script = """
    cd /sys/fs/cgroup
    cat memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes 2>/dev/null \\
        || { cat memory.max; echo $(($(cat memory.swap.max) + $(cat memory.max))); }
    cat pids/pids.max 2>/dev/null || cat pids.max
    ulimit -Sn; ulimit -Hn
    """
    assert lab.sh("limited", script).split() == ["209715200", "209715200", "222", "333", "444"]


def test_memory_hog_is_killed_and_the_machine_lives(shared_lab: Lab) -> None:
    """A program beyond the machine's memory is killed; shell and inner Docker go on."""
    output = shared_lab.sh(BOX, "tail /dev/zero || echo status $?; docker run --rm alpine echo alive")
    assert "status 137" in output
    assert "alive" in output


def test_full_disk_stops_its_machine_alone(shared_lab: Lab) -> None:
    """Beyond its disk a machine's root and its containers get ENOSPC; the neighbour writes on.

    Deleting gives the space back.
    """
    full = shared_lab.attempt(BOX, "fallocate -l 1800M /root/most; head -c 1G /dev/zero >/root/rest", seconds=90)
    assert b"No space left" in full.stderr
    inner = shared_lab.attempt(BOX, "docker run --rm ubuntu bash -c 'head -c 1M /dev/zero >/x' 2>&1")
    assert b"no space left" in inner.stdout.lower()
    shared_lab.sh(NEIGHBOUR, "head -c 100M /dev/zero >/root/f; rm /root/f")
    assert "alive" in shared_lab.sh(BOX, "rm /root/most /root/rest; docker run --rm alpine echo alive")


def test_fork_bomb_stays_inside(lab: Lab) -> None:
    """A fork bomb stops at the limit, the neighbour goes on, and a restart ends it."""
    lab.start("bomb")
    lab.start("calm")
    with_limit = lab.engine._client.api
    with_limit.exec_start(with_limit.exec_create("bomb", ["bash", "-c", "f() { f | f & }; f"])["Id"], detach=True)
    time.sleep(2)
    assert lab.engine.run("calm", ["true"], timeout_seconds=10).exit_status == 0
    stats = with_limit.stats("bomb", stream=False)
    assert 100 < stats["pids_stats"]["current"] <= 512
    lab.engine.stop_machine("bomb")
    lab.start("bomb")
    assert lab.sh("bomb", "echo cured").strip() == "cured"


def test_orphans_are_reaped(shared_lab: Lab) -> None:
    """Processes whose parent is gone leave no zombies."""
    assert (
        shared_lab.sh(NEIGHBOUR, "(sleep 0.1 &); (sleep 0.1 &); sleep 0.5; ps -eo stat | grep -c Z || :").strip() == "0"
    )
