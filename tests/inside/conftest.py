"""What the tests of the holder share."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def processes_of(folder: Path) -> list[int]:
    """Return the ids of all processes that were started with this folder as an argument."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if str(folder).encode() in arguments:
                found.append(int(entry.name))
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for sockets, which is a home too; what runs on it is ended afterwards."""
    yield tmp_path
    for pid in processes_of(tmp_path):
        os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 5
    while processes_of(tmp_path) and time.monotonic() < end:
        time.sleep(0.01)
