"""What sends a file or a folder down: one line of JSON, then the bytes; a folder comes as a tar archive."""

import json
import os
import signal
import stat
import sys
import tarfile
from collections.abc import Iterator
from contextlib import suppress

from slipway.files.inside.paths import TRASH, RefusedError, open_file, path_of

PIECE_BYTES = 64 * 1024
# Nobody takes it any more: the program must not wait for ever.
PATIENCE_SECONDS = 120
MAX_BYTES = 4 * 1024**3


class _Out:
    """Standard output, which may be full for as long as the reader is alive, and takes no more than the bound."""

    def __init__(self) -> None:
        self._left = MAX_BYTES

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise OSError("more than may be sent in one go")
        rest = memoryview(data)
        while rest:
            signal.alarm(PATIENCE_SECONDS)
            rest = rest[os.write(sys.stdout.fileno(), rest) :]
        return len(data)


def send(asked: dict[str, object]) -> None:
    """Send a file or folder. A file that shrinks meanwhile ends it with an error, for its size was announced."""
    path = path_of(str(asked["path"]))
    out = _Out()
    if stat.S_ISDIR(os.stat(path).st_mode):
        out.write(json.dumps({"ok": {"size": None, "is_folder": True}}).encode() + b"\n")
        _send_folder(os.path.realpath(path), os.path.basename(path) or b"machine", out)
        return
    descriptor, found = open_file(path)
    # One of /proc has a size only when it has been read.
    size = found.st_size or None
    out.write(json.dumps({"ok": {"size": size, "is_folder": False}}).encode() + b"\n")
    sent = 0
    while (size is None or sent < size) and (piece := os.read(descriptor, PIECE_BYTES)):
        piece = piece if size is None else piece[: size - sent]
        out.write(piece)
        sent += len(piece)
    if size is not None and sent < size:
        raise RefusedError("missing")


def _send_folder(folder: bytes, name: bytes, out: _Out) -> None:
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        for path in _below(folder, os.stat(folder).st_dev):
            # What has gone since it was listed is left out.
            with suppress(FileNotFoundError):
                relative = os.path.relpath(path, folder)
                inside = name if relative == b"." else os.path.join(name, relative)
                archive.add(os.fsdecode(path), os.fsdecode(inside), recursive=False)


def _below(folder: bytes, device: int) -> Iterator[bytes]:
    """Yield a folder and all in it, without other file systems such as /proc, and without the trash."""
    for parent, folders, files in os.walk(folder):
        yield parent
        for name in list(folders):
            path = os.path.join(parent, name)
            with suppress(OSError):
                found = os.lstat(path)
                if stat.S_ISLNK(found.st_mode):
                    yield path
                elif found.st_dev != device or name == TRASH:
                    folders.remove(name)
        yield from (os.path.join(parent, name) for name in files)
