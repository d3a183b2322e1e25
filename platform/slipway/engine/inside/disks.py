"""List, copy, flush, pack, unpack and delete the files of disks. `sending.py` moves them between hosts.

Runs in a container that sees their folder and has no right but to write in it.

usage: disks.py list | copy SOURCE TARGET free|attached FLOOR | flush NAME | pack NAME FLOOR | unpack NAME FLOOR |
delete NAME
Answers one line of JSON; exit status 0 unless it broke down. What would leave less than FLOOR bytes free is not begun.

A packed disk is NAME.img.zst, an ordinary zstd file of the whole disk, behind a frame that zstd skips: it notes what
the disk takes. Where NAME.img lies beside it, that one counts: it is removed last and appears whole.
"""

import contextlib
import fcntl
import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

FOLDER = Path("/disks")
TEMPLATE = "template"
DISK, PACKED, DRAFT = ".img", ".img.zst", ".draft"
ZSTD = ("/zstd/loader", "--library-path", "/zstd", "/zstd/zstd")
# Nobody waits for a disk to be packed: learners come first.
NICENESS = 10
ZEROS = bytes(1024 * 1024)
# A skippable frame (RFC 8878, 3.1.2) of 8 bytes: what the disk takes on the host, unpacked.
NOTE = struct.Struct("<IIQ")
NOTE_BEGINS = (0x184D2A50, 8)


def path_of(name: str) -> Path:
    """Return the file of a disk."""
    return FOLDER / f"{name}{DISK}"


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
    """Return what each disk and each packed disk takes on the host, in bytes, and when it changed."""
    disks, packed = all_figures(DISK, figures), all_figures(PACKED, figures_packed)
    disks.pop(TEMPLATE, None)
    return {"disks": disks, "packed": {name: found for name, found in packed.items() if name not in disks}}


def all_figures(suffix: str, figures: Callable[[Path], tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the figures of all files of a kind by their disks' names; one that is deleted meanwhile is left out."""
    found = {}
    for path in FOLDER.glob(f"[!.]*{suffix}"):
        with contextlib.suppress(FileNotFoundError):
            found[path.name.removesuffix(suffix)] = figures(path)
    return found


def figures(path: Path) -> tuple[int, int]:
    """Return what a file takes on the host, in bytes, and when it changed, in nanoseconds."""
    status = path.stat()
    return status.st_blocks * 512, status.st_mtime_ns


def figures_packed(path: Path) -> tuple[int, int, int]:
    """Return an archive's figures, and what its disk takes when it is unpacked."""
    with opened(path) as archive:
        return *figures(path), noted_size(archive)


def noted_size(archive: int) -> int:
    """Return what a disk takes unpacked; of an archive that somebody else made only that it takes as much as that."""
    head = os.pread(archive, NOTE.size, 0)
    if len(head) == NOTE.size:
        *begins, size = NOTE.unpack(head)
        if tuple(begins) == NOTE_BEGINS:
            return int(size)
    return os.fstat(archive).st_size


def free_bytes() -> int:
    """Return what is left on the host."""
    room = os.statvfs(FOLDER)
    return room.f_bavail * room.f_frsize


def lacks_room(wanted: int, floor: str) -> bool:
    """Tell whether so many bytes more would leave less than the floor."""
    return free_bytes() - wanted < int(floor)


def clear_leftovers() -> None:
    """Delete what was left by those who were killed in the middle: nobody holds a lock on it any more."""
    for path in (*FOLDER.glob(".copy.*"), *FOLDER.glob(f".*{DRAFT}")):
        with contextlib.suppress(FileNotFoundError), opened(path) as file:
            if take(file, fcntl.LOCK_EX) and is_at(path, file):
                path.unlink()


def copy(source: str, target: str, state: str, floor: str) -> dict[str, object]:
    """Copy a disk under another name, whole or not at all; the copy says that it changed when its source did.

    A disk of a running machine only if the caller paused it (attached).
    """
    if is_attached(path_of(target)):
        return {"error": "attached", "disk": target}
    clear_leftovers()
    new = FOLDER / f".copy.{target}.{os.getpid()}"
    try:
        with opened(path_of(source)) as old:
            if state == "free" and not take(old, fcntl.LOCK_SH):
                return {"error": "attached", "disk": source}
            if lacks_room(os.fstat(old).st_blocks * 512, floor):
                return {"error": "full", "disk": source}
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


@contextlib.contextmanager
def draft_of(name: str, *, kind: int = fcntl.LOCK_EX) -> Iterator[int]:
    """Open the file that a disk is packed or unpacked into. Who comes second waits: the first may be nobody's any more.

    With LOCK_NB nobody waits: `BlockingIOError`. The kernel frees the lock when its holder dies, and what that one left
    is written over.
    """
    path = draft_path(name)
    while True:
        with opened(path, os.O_RDWR | os.O_CREAT) as file:
            fcntl.flock(file, kind)
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
    return FOLDER / f".{name}{DRAFT}"


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


def pack(name: str, floor: str) -> dict[str, object]:
    """Put an archive in the place of a disk that no machine runs on; packed already counts as done.

    There has to be room for an archive as big as the disk: what is in it may be such that it does not get smaller.
    """
    with draft_of(name) as draft:
        try:
            with opened(path_of(name)) as disk:
                if not take(disk, fcntl.LOCK_EX):
                    return {"error": "attached", "disk": name}
                size = os.fstat(disk).st_blocks * 512
                if lacks_room(size, floor):
                    return {"error": "full", "disk": name}
                os.write(draft, NOTE.pack(*NOTE_BEGINS, size))
                compress(disk, draft)
                publish(name, draft, archive_of(name))
                path_of(name).unlink()
        except FileNotFoundError:
            return {} if archive_of(name).exists() else {"error": "missing", "disk": name}
    return {}


def unpack(name: str, floor: str) -> dict[str, object]:
    """Put a disk in the place of its archive; unpacked already counts as done."""
    with draft_of(name) as draft:
        if not path_of(name).exists():
            try:
                with opened(archive_of(name)) as archive:
                    if lacks_room(noted_size(archive), floor):
                        return {"error": "full", "disk": name}
                    with zstd(["-dc", "--sparse"], archive, draft):
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
    """Delete a disk that no machine runs on, packed or not, and that nobody packs or unpacks just now."""
    if is_attached(path_of(name)):
        return {"error": "attached", "disk": name}
    try:
        with draft_of(name, kind=fcntl.LOCK_EX | fcntl.LOCK_NB):
            for path in (path_of(name), archive_of(name)):
                path.unlink(missing_ok=True)
    except BlockingIOError:
        return {"error": "busy", "disk": name}
    return {}


if __name__ == "__main__":
    actions: dict[str, Callable[..., dict[str, object]]] = {
        "list": listing, "copy": copy, "flush": flush, "pack": pack, "unpack": unpack, "delete": delete,
    }  # fmt: skip
    if sys.argv[1] == "pack":
        os.nice(NICENESS)
    json.dump(actions[sys.argv[1]](*sys.argv[2:]), sys.stdout)
