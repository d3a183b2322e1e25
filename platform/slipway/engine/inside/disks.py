"""List, copy, pack, unpack and delete the files of disks.

Runs in a container that sees their folder and has no right but to write in it.

usage: disks.py list | copy SOURCE TARGET free|attached | pack NAME | unpack NAME | delete NAME     Answers one line of
JSON; exit status 0 unless it broke down.

A packed disk is NAME.img.zst, an ordinary zstd file of the whole disk. Where NAME.img lies beside it, that one counts:
it is removed last and appears whole.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

FOLDER = Path("/disks")
TEMPLATE = "template"
PACKED = ".img.zst"
ZSTD = ("/zstd/loader", "--library-path", "/zstd", "/zstd/zstd")
# Learners come first.
NICENESS = 10
ZEROS = bytes(1024 * 1024)


def path_of(name: str) -> Path:
    """Return the file of a disk."""
    return FOLDER / f"{name}.img"


def archive_of(name: str) -> Path:
    """Return the file of a packed disk."""
    return FOLDER / f"{name}{PACKED}"


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
    """Return what each disk and each packed disk takes on the host, in bytes."""
    disks = {path.stem: path.stat().st_blocks * 512 for path in FOLDER.glob("[!.]*.img")}
    packed = {path.name.removesuffix(PACKED): path.stat().st_blocks * 512 for path in FOLDER.glob(f"[!.]*{PACKED}")}
    disks.pop(TEMPLATE, None)
    return {"disks": disks, "packed": {name: size for name, size in packed.items() if name not in disks}}


def copy(source: str, target: str, state: str) -> dict[str, object]:
    """Copy a disk under another name, whole or not at all.

    A disk of a running machine only if the caller paused it (attached).
    """
    if is_attached(path_of(target)):
        return {"error": "attached", "disk": target}
    new = FOLDER / f".{target}.{os.getpid()}"
    try:
        with opened(path_of(source)) as old:
            if state == "free" and not take(old, fcntl.LOCK_SH):
                return {"error": "attached", "disk": source}
            with opened(new, os.O_RDWR | os.O_CREAT | os.O_EXCL) as file:
                copy_data(old, file)
        new.rename(path_of(target))
    except FileNotFoundError:
        return {"error": "missing", "disk": source}
    finally:
        new.unlink(missing_ok=True)
    return {}


@contextlib.contextmanager
def draft_of(name: str) -> Iterator[int]:
    """Open the file that a disk is packed or unpacked into. Who comes second waits: the first may be nobody's any more.

    The kernel frees the lock when its holder dies, and what that one left is written over.
    """
    path = draft_path(name)
    while True:
        with opened(path, os.O_RDWR | os.O_CREAT) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not is_at(path, file):
                continue  # the one before us is done with it
            os.ftruncate(file, 0)
            try:
                yield file
            finally:
                if is_at(path, file):
                    path.unlink()
            return


def draft_path(name: str) -> Path:
    """Return where a disk or an archive lies until it is whole."""
    return FOLDER / f".{name}.draft"


def is_at(path: Path, file: int) -> bool:
    """Tell whether an open file is the one at this path."""
    try:
        return path.stat().st_ino == os.fstat(file).st_ino
    except FileNotFoundError:
        return False


def publish(name: str, file: int, path: Path) -> None:
    """Give a draft its name, once all of it is on the disk; from then on it is there whatever happens."""
    os.fsync(file)
    draft_path(name).rename(path)
    with opened(FOLDER) as folder:
        os.fsync(folder)


def pack(name: str) -> dict[str, object]:
    """Put an archive in the place of a disk that no machine runs on; packed already counts as done."""
    with draft_of(name) as draft:
        try:
            with opened(path_of(name)) as disk:
                if not take(disk, fcntl.LOCK_EX):
                    return {"error": "attached", "disk": name}
                compress(disk, draft)
                publish(name, draft, archive_of(name))
                path_of(name).unlink()
        except FileNotFoundError:
            return {} if archive_of(name).exists() else {"error": "missing", "disk": name}
    return {}


def unpack(name: str) -> dict[str, object]:
    """Put a disk in the place of its archive; unpacked already counts as done."""
    with draft_of(name) as draft:
        if not path_of(name).exists():
            try:
                with opened(archive_of(name)) as archive, zstd(["-dc", "--sparse"], archive, draft):
                    pass
            except FileNotFoundError:
                return {"error": "missing", "disk": name}
            publish(name, draft, path_of(name))
        archive_of(name).unlink(missing_ok=True)
    return {}


def compress(disk: int, target: int) -> None:
    """Compress a disk. Only what holds data is read; the zeros between cost neither reading nor room."""
    with zstd(["-c", "-3"], subprocess.PIPE, target) as process:
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # why it ended early is told below
                write_whole(disk, process.stdin.fileno())


def write_whole(disk: int, sink: int) -> None:
    """Write a sparse file as if it had no holes."""
    at = 0
    for start, end in [*extents(disk), (os.fstat(disk).st_size,) * 2]:
        while at < start:
            at += os.write(sink, ZEROS[: start - at])
        while at < end:
            at += os.sendfile(sink, disk, at, end - at)


@contextlib.contextmanager
def zstd(options: list[str], source: int, target: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run zstd between two open files until it ends; when it fails, end with its complaint."""
    words = [*ZSTD, "-q", *options]
    with subprocess.Popen(words, stdin=source, stdout=target, stderr=subprocess.PIPE) as process:
        yield process
        complaint = process.communicate()[1].decode(errors="replace").strip()
    if process.returncode:
        sys.exit(complaint or f"zstd ended with {process.returncode}")


def delete(name: str) -> dict[str, object]:
    """Delete a disk that no machine runs on, packed or not."""
    if is_attached(path_of(name)):
        return {"error": "attached", "disk": name}
    for path in (path_of(name), archive_of(name)):
        path.unlink(missing_ok=True)
    return {}


if __name__ == "__main__":
    os.nice(NICENESS)
    actions: dict[str, Callable[..., dict[str, object]]] = {
        "list": listing,
        "copy": copy,
        "pack": pack,
        "unpack": unpack,
        "delete": delete,
    }
    json.dump(actions[sys.argv[1]](*sys.argv[2:]), sys.stdout)
