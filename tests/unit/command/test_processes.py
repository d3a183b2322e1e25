"""Processes are found by a mark in their environment and ended, those alone."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from slipway.command import processes

MARK = "SLIPWAY_TEST_MARK"
STUBBORN = (
    "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)


def sleeper(
    mark: str, code: str = "import time; print('ready', flush=True); time.sleep(60)"
) -> subprocess.Popen[bytes]:
    """Start a process with the mark in its environment, and return when it runs."""
    process = subprocess.Popen([sys.executable, "-c", code], env={MARK: mark}, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    return process


@pytest.fixture
def marked() -> Iterator[subprocess.Popen[bytes]]:
    """Give a process whose mark is `ours`."""
    process = sleeper("ours")
    yield process
    process.kill()
    process.wait()


def test_only_marked_processes_are_found(marked: subprocess.Popen[bytes]) -> None:
    """Another installation's processes are not ours."""
    other = sleeper("theirs")
    try:
        assert [process.pid for process in processes.marked(MARK, "ours")] == [marked.pid]
    finally:
        other.kill()
        other.wait()


def test_a_process_is_ended(marked: subprocess.Popen[bytes]) -> None:
    """The signal that asks comes first."""
    processes.end(list(processes.marked(MARK, "ours")), grace_seconds=10)
    assert marked.wait(10) == -15


def test_a_stubborn_process_is_killed() -> None:
    """After the grace nothing is asked any more."""
    process = sleeper("stubborn", STUBBORN)
    processes.end(list(processes.marked(MARK, "stubborn")), grace_seconds=0.2)
    assert process.wait(10) == -9


def test_a_process_that_has_ended_counts_as_done(marked: subprocess.Popen[bytes]) -> None:
    """Ending twice is no error."""
    found = list(processes.marked(MARK, "ours"))
    marked.kill()
    marked.wait()
    processes.end(found, grace_seconds=1)
    assert list(processes.marked(MARK, "ours")) == []
