"""Observe a path of the machine or of an inner container. Standard library alone: it runs in the sandbox."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from slipway.grading.observer import limits, people

_KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFBLK: "device",
    stat.S_IFCHR: "device",
}
_GONE = {errno.ENOENT, errno.ENOTDIR}


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is at a path. A link is told as a link; what else is told is of the file that it leads to."""
    if spec["in_container"]:
        archive = __import__("slipway.grading.observer.archives", fromlist=["observe"])
        return dict(archive.observe(spec))
    path = spec["path"]
    try:
        status = os.lstat(path)
    except OSError as error:
        if error.errno in _GONE:
            return {"exists": False}
        raise
    fact: dict[str, Any] = {"exists": True, "kind": _KINDS.get(stat.S_IFMT(status.st_mode), "other")}
    if stat.S_ISLNK(status.st_mode):
        fact["link"] = os.readlink(path)
        try:
            status = os.stat(path)
        except OSError:
            return fact
    fact |= describe(status.st_mode, status.st_size)
    fact |= {"owner": people.name_of(status.st_uid), "group": people.group_of(status.st_gid)}
    if stat.S_ISREG(status.st_mode):
        fact |= _read(path, spec["wants"])
    return fact


def describe(mode: int, size: int) -> dict[str, Any]:
    """Return mode and size as lessons write them."""
    return {"mode": f"{stat.S_IMODE(mode):04o}", "size": size}


def _read(path: str, wants: list[str]) -> dict[str, Any]:
    if not wants:
        return {}
    descriptor = _open(path)
    try:
        # What is at the path may have been changed since it was looked at.
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise limits.CannotObserveError("the file changes while it is read")
        found: dict[str, Any] = {}
        if "content" in wants:
            found["content"] = limits.text(os.pread(descriptor, limits.MAX_TEXT_BYTES, 0))
        if "sha256" in wants:
            found["sha256"] = hash_of(_parts(descriptor))
        return found
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    """Open a file without waiting for anybody and, where it is allowed, without touching its access time."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        return os.open(path, flags | os.O_NOATIME)
    except PermissionError:
        return os.open(path, flags)


def hash_of(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of parts, in hexadecimal. Raise `CannotObserveError` when they are too large together."""
    digest = __import__("hashlib").sha256()
    size = 0
    for data in parts:
        digest.update(data)
        size += len(data)
        if size > limits.MAX_HASHED_BYTES:
            raise limits.CannotObserveError("the file is too large to be hashed")
    return str(digest.hexdigest())


def _parts(descriptor: int) -> Iterator[bytes]:
    offset = 0
    while data := os.pread(descriptor, 1024 * 1024, offset):
        offset += len(data)
        yield data
