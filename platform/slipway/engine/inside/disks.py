"""List, copy, flush and delete the files of disks.

Runs in a container that sees their folder and has no right but to write in it.

usage: disks.py list | copy SOURCE TARGET free|attached | flush NAME | delete NAME     Answers one line of JSON; exit
status 0 unless it broke down.
"""

import contextlib
import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

FOLDER = Path("/disks")
TEMPLATE = "template"


def path_of(name: str) -> Path:
    """Return the file of a disk."""
    return FOLDER / f"{name}.img"


def take(file: int, kind: int) -> bool:
    """Lock a disk's file, without waiting. A machine holds its own as long as it lives."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def opened(path: Path, flags: int = os.O_RDONLY) -> Iterator[int]:
    """Open a file by its descriptor."""
    file = os.open(path, flags, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def extents(file: int) -> Iterator[tuple[int, int]]:
    """Give (start, end) of all parts of a sparse file that hold data."""
    end = 0
    while True:
        try:
            start = os.lseek(file, end, os.SEEK_DATA)
        except OSError:
            return
        end = os.lseek(file, start, os.SEEK_HOLE)
        yield start, end


def copy_data(source: int, target: int) -> None:
    """Copy a sparse file's data; the kernel shares blocks where the file system can."""
    os.ftruncate(target, os.fstat(source).st_size)
    for start, end in extents(source):
        at = start
        while at < end:
            at += os.copy_file_range(source, target, end - at, at, at)


def is_attached(path: Path) -> bool:
    """Tell whether a machine runs on a disk that may not exist."""
    try:
        with opened(path) as file:
            return not take(file, fcntl.LOCK_EX)
    except FileNotFoundError:
        return False


def listing() -> dict[str, object]:
    """Return what each disk takes on the host, in bytes, and when it changed; and what is free beside them."""
    found = {path.stem: path.stat() for path in FOLDER.glob("[!.]*.img")}
    found.pop(TEMPLATE, None)
    figures = {name: (status.st_blocks * 512, status.st_mtime_ns) for name, status in found.items()}
    room = os.statvfs(FOLDER)
    return {"disks": figures, "free_bytes": room.f_bavail * room.f_frsize}


def clear_half_copies() -> None:
    """Delete what copies left that were killed in the middle: nobody holds a lock on it any more."""
    for path in FOLDER.glob(".copy.*"):
        with contextlib.suppress(FileNotFoundError), opened(path) as file:
            if take(file, fcntl.LOCK_EX):
                path.unlink()


def copy(source: str, target: str, state: str) -> dict[str, object]:
    """Copy a disk under another name, whole or not at all; the copy says that it changed when its source did.

    A disk of a running machine only if the caller paused it (attached).
    """
    if is_attached(path_of(target)):
        return {"error": "attached", "disk": target}
    clear_half_copies()
    new = FOLDER / f".copy.{target}.{os.getpid()}"
    try:
        with opened(path_of(source)) as old:
            if state == "free" and not take(old, fcntl.LOCK_SH):
                return {"error": "attached", "disk": source}
            with opened(new, os.O_RDWR | os.O_CREAT | os.O_EXCL) as file:
                take(file, fcntl.LOCK_EX)
                changed_at = os.fstat(old).st_mtime_ns
                copy_data(old, file)
                if os.fstat(old).st_mtime_ns != changed_at:
                    return {"error": "changed", "disk": source}
                os.utime(file, ns=(changed_at, changed_at))
        new.rename(path_of(target))
    except FileNotFoundError:
        return {"error": "missing", "disk": source}
    finally:
        new.unlink(missing_ok=True)
    return {}


def flush(name: str) -> dict[str, object]:
    """Write a disk out to the host's storage."""
    with opened(path_of(name)) as file:
        os.fsync(file)
    return {}


def delete(name: str) -> dict[str, object]:
    """Delete a disk that no machine runs on."""
    if is_attached(path_of(name)):
        return {"error": "attached", "disk": name}
    path_of(name).unlink(missing_ok=True)
    return {}


if __name__ == "__main__":
    actions: dict[str, Callable[..., dict[str, object]]] = {
        "list": listing, "copy": copy, "flush": flush, "delete": delete,
    }  # fmt: skip
    json.dump(actions[sys.argv[1]](*sys.argv[2:]), sys.stdout)
