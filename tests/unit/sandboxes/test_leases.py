"""Leases: one holder at a time, freed by its death."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytest_django import Settings

from slipway.sandboxes import leases

HOLD_FOREVER = """
import fcntl, os, sys, time
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def test_only_one_holds_a_lease(tmp_path: Path) -> None:
    """A second one is told at once; other leases are free; nothing is left afterwards."""
    with leases.hold("a") as first, leases.hold("a") as second, leases.hold("b") as other:
        assert (first, second, other) == (True, False, True)
    with leases.hold("a") as again:
        assert again
    assert not list((tmp_path / "run" / "locks").iterdir())


def test_a_killed_holder_leaves_nothing_held(tmp_path: Path) -> None:
    """The kernel frees what a process held that was killed: the next one need not wait for anything to expire."""
    path = tmp_path / "run" / "locks" / "a"
    path.parent.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", HOLD_FOREVER, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with leases.hold("a") as while_it_lives:
            assert not while_it_lives
        holder.kill()
    with leases.hold("a") as after_its_death:
        assert after_its_death


def test_many_threads_never_hold_together() -> None:
    """The file is removed on release; still no two ever hold it at once, however releases and openings meet."""
    inside, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(200):
            with leases.hold("a") as is_ours:
                if is_ours:
                    with lock:
                        inside += 1
                        most = max(most, inside)
                    with lock:
                        inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
