"""Who works on a thing right now: file locks that the kernel frees when the holder dies, so none can be left behind.

All work for a sandbox happens beside its engine, so a lock on that host is enough. A lease saves double work; what
keeps the data right are the compare-and-set moves of services.py and the engine's idempotent calls.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def hold(name: str) -> Iterator[bool]:
    """Yield whether the lease is ours until the end of the block; never waits."""
    path = Path(settings.HOME) / "run" / "locks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _lock(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            path.unlink(missing_ok=True)
            os.close(descriptor)


def _lock(path: Path) -> int | None:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        if _is_still_at(path, descriptor):
            return descriptor
        # The holder before us removed the file between our open and our lock: what we locked is nobody's file.
        os.close(descriptor)


def _is_still_at(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
