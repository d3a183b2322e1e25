"""What writes: saving a text, making files and folders, taking what is sent up. A name shows the old or the new."""

import os
import re
import stat
import time
from contextlib import suppress

from slipway.files.inside.moving import move
from slipway.files.inside.paths import (
    UNFINISHED,
    RefusedError,
    open_file,
    path_of,
    read_all,
    text_or_refuse,
    token_of,
)

# As a token: there must be no file yet.
NEW = "new"
# Left for everything else on the machine's disk.
ROOM_BYTES = 16 * 1024 * 1024
OLD_SECONDS = 24 * 60 * 60
_SENT_UP = re.compile(rb"\.slipway-[0-9a-f]{32}")


def save(asked: dict[str, object], content: bytes) -> dict[str, object]:
    """Put a text in a file's place, at once and whole, if the file still is what the page's token says."""
    # What a link leads to is written, and the link stays.
    path = os.path.realpath(path_of(str(asked["path"])))
    before = _before(path, str(asked["token"]))
    if before is None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    unfinished = os.path.join(os.path.dirname(path), UNFINISHED + os.urandom(8).hex().encode())
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        try:
            _write_all(descriptor, content)
            _dress(descriptor, path, before)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if before is None:
            move(unfinished, path)
        else:
            os.replace(unfinished, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished)
        raise
    return {"token": token_of(content)}


def _before(path: bytes, token: str) -> os.stat_result | None:
    """Return what the file was, or None for a new one. Refuse when it is not what the token says."""
    try:
        descriptor, found = open_file(path)
    except FileNotFoundError:
        if token == NEW:
            return None
        raise
    try:
        content = read_all(descriptor)
    finally:
        os.close(descriptor)
    if token_of(content) != token:
        raise RefusedError("changed", text=text_or_refuse(content), token=token_of(content))
    return found


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _dress(descriptor: int, path: bytes, before: os.stat_result | None) -> None:
    """Give a new file the owner, the attributes and the mode of the one whose place it takes."""
    if before is None:
        os.fchmod(descriptor, 0o644)
        return
    os.fchown(descriptor, before.st_uid, before.st_gid)
    for name in os.listxattr(path):
        # Some are the kernel's own, or the file system's.
        with suppress(OSError):
            os.setxattr(descriptor, name, os.getxattr(path, name))
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def create(asked: dict[str, object]) -> dict[str, object]:
    """Make an empty file, or a folder, where nothing is."""
    path = path_of(str(asked["path"]))
    if asked["kind"] == "folder":
        os.mkdir(path)
    else:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644))
    return {}


def take(asked: dict[str, object], content: bytes) -> dict[str, object]:
    """Take one piece of a file that is sent up; with the last one it gets its name.

    A piece may come again, for an answer can be lost.
    """
    path, offset, total = path_of(str(asked["path"])), int(str(asked["offset"])), int(str(asked["total"]))
    folder = os.path.dirname(path)
    unfinished = os.path.join(folder, UNFINISHED + str(asked["key"]).encode())
    if offset == 0:
        _refuse_what_is_there(path, is_to_be_replaced=bool(asked["replace"]))
        _clear_old(folder)
        free = os.statvfs(folder)
        if free.f_bavail * free.f_frsize < total + ROOM_BYTES:
            raise RefusedError("no-room")
    try:
        first = os.O_CREAT | os.O_TRUNC if offset == 0 else 0
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC | first, 0o600)
    except FileNotFoundError:
        raise RefusedError("missing" if offset == 0 else "gap") from None
    try:
        if os.fstat(descriptor).st_size < offset:
            raise RefusedError("gap")
        os.lseek(descriptor, offset, os.SEEK_SET)
        _write_all(descriptor, content)
        is_done = offset + len(content) >= total
        if is_done:
            _finish(descriptor, unfinished, path, is_to_be_replaced=bool(asked["replace"]))
    except OSError:
        with suppress(OSError):
            os.unlink(unfinished)
        raise
    finally:
        os.close(descriptor)
    return {"is_done": is_done}


def _finish(descriptor: int, unfinished: bytes, path: bytes, *, is_to_be_replaced: bool) -> None:
    target = os.path.realpath(path) if is_to_be_replaced else path
    _dress(descriptor, target, os.stat(target) if is_to_be_replaced and os.path.exists(target) else None)
    os.fsync(descriptor)
    if is_to_be_replaced:
        os.replace(unfinished, target)
    else:
        move(unfinished, target)


def _refuse_what_is_there(path: bytes, *, is_to_be_replaced: bool) -> None:
    if os.path.isdir(path):
        raise RefusedError("is-folder")
    if os.path.lexists(path) and not is_to_be_replaced:
        raise RefusedError("exists")


def _clear_old(folder: bytes) -> None:
    """Remove what was sent up in part and given up long ago."""
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if _SENT_UP.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > OLD_SECONDS:
                    os.unlink(entry.path)


def give_up(asked: dict[str, object]) -> dict[str, object]:
    """Remove what was sent up in part."""
    folder = os.path.dirname(path_of(str(asked["path"])))
    with suppress(FileNotFoundError):
        os.unlink(os.path.join(folder, UNFINISHED + str(asked["key"]).encode()))
    return {}
