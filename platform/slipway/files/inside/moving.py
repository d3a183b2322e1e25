"""What moves: renaming, deleting so that it can be undone, undoing. Nothing is ever put over something else."""

import errno
import os
import shutil
import stat
import subprocess
import time
from contextlib import suppress

from slipway.files.inside.paths import TRASH, UNFINISHED, RefusedError, path_of, trash_for

MOST_KEPT = 20
KEPT_SECONDS = 24 * 60 * 60


def move(source: bytes, target: bytes) -> None:
    """Move a file or folder where nothing is; raise `FileExistsError` where something is."""
    try:
        _rename(source, target)
    except OSError as error:
        # Another file system, or a folder that lies partly in the machine's image.
        if error.errno != errno.EXDEV:
            raise
        _copy(source, target)


def _rename(source: bytes, target: bytes) -> None:
    if not stat.S_ISDIR(os.lstat(source).st_mode):
        # A link is made only where nothing is; a rename would put the file over what is there.
        os.link(source, target, follow_symlinks=False)
        os.unlink(source)
        return
    os.mkdir(target)
    try:
        # An empty folder is all that a folder may take the place of.
        os.rename(source, target)
    except OSError:
        os.rmdir(target)
        raise


def _copy(source: bytes, target: bytes) -> None:
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "there is something", target)
    unfinished = os.path.join(os.path.dirname(target), UNFINISHED + os.urandom(8).hex().encode())
    copied = subprocess.run([b"cp", b"-a", b"-T", b"--", source, unfinished], check=False, capture_output=True)
    if copied.returncode:
        _delete(unfinished)
        raise RefusedError("full" if b"No space" in copied.stderr else "not-copied")
    _rename(unfinished, target)
    _delete(source)


def _delete(path: bytes) -> None:
    """Delete for good; gone already counts as done."""
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(os.lstat(path).st_mode):
            shutil.rmtree(path)
        else:
            os.unlink(path)


def rename(asked: dict[str, object]) -> dict[str, object]:
    """Give a file or folder another path."""
    source, target = path_of(str(asked["path"])), path_of(str(asked["to"]))
    if (target + b"/").startswith(source + b"/"):
        raise RefusedError("inside")
    move(source, target)
    return {}


def remove(asked: dict[str, object]) -> dict[str, object]:
    """Move what is at a path to the trash, under the page's own key: the same key again is the same deletion."""
    path = path_of(str(asked["path"]))
    if os.path.ismount(path) or path == b"/":
        raise RefusedError("busy")
    if TRASH in path.split(b"/"):
        # To make room: nobody has to look for it a second time.
        _delete(path)
        return {"is_kept": False}
    trash = trash_for(path)
    place = os.path.join(trash, str(asked["key"]).encode())
    if os.path.lexists(os.path.join(place, b"item")):
        return {"is_kept": True}
    os.lstat(path)
    _empty(trash)
    try:
        os.makedirs(place, 0o700, exist_ok=True)
        move(path, os.path.join(place, b"item"))
    except OSError:
        with suppress(OSError):
            os.rmdir(place)
        raise
    return {"is_kept": True}


def restore(asked: dict[str, object]) -> dict[str, object]:
    """Bring back what a deletion with this key took away; back already counts as done."""
    path = path_of(str(asked["path"]))
    place = os.path.join(trash_for(path), str(asked["key"]).encode())
    if not os.path.lexists(os.path.join(place, b"item")):
        if os.path.lexists(path):
            return {}
        raise RefusedError("expired")
    move(os.path.join(place, b"item"), path)
    os.rmdir(place)
    return {}


def _empty(trash: bytes) -> None:
    """Delete for good what was deleted long ago, or many deletions ago."""
    try:
        with os.scandir(trash) as entries:
            kept = sorted(((entry.stat().st_mtime, entry.path) for entry in entries), reverse=True)
    except FileNotFoundError:
        return
    for place, (deleted_at, path) in enumerate(kept):
        if place >= MOST_KEPT - 1 or time.time() - deleted_at > KEPT_SECONDS:
            _delete(path)
