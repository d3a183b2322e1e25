"""One `up` or `down` of an installation at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slipway.command.output import note


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file, waiting (and saying so) while another command holds it. It ends with the process."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace") or "unknown"
        note(f"Another ./slipway works on this installation (process {holder}). Waiting for it.")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
