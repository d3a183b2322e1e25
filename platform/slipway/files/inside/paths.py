"""Paths, and why an act is refused."""

import base64
import hashlib
import os
import stat
from urllib.parse import quote, unquote_to_bytes

MAX_TEXT_BYTES = 1024 * 1024
TRASH = b".slipway-trash"
# Begins the name of what is half there: a file that is being saved or sent up, a folder that is being copied.
UNFINISHED = b".slipway-"


class RefusedError(Exception):
    """An act does not happen; `code` is one of the words that the web process has a sentence for."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def path_of(text: str) -> bytes:
    """Return the path that was sent, without a slash at its end; refuse what is not absolute."""
    path = unquote_to_bytes(text)
    if not path.startswith(b"/") or b"\0" in path:
        raise RefusedError("bad-path")
    return b"/" + path.strip(b"/")


def text_of(path: bytes) -> str:
    """Return a path, or a name, as it is sent."""
    return quote(path, safe="/")


def open_file(path: bytes) -> tuple[int, os.stat_result]:
    """Open an ordinary file for reading and return its descriptor and what it is; never wait for a pipe's other end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        # A socket, or a pipe's lonely end, cannot be opened at all.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise RefusedError("special") from None
        raise
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise RefusedError("is-folder" if stat.S_ISDIR(found.st_mode) else "special")
    return descriptor, found


def read_all(descriptor: int) -> bytes:
    """Return a file's content; refuse more than an editor takes. A file of /proc says that it has 0 bytes."""
    content = b""
    while piece := os.read(descriptor, MAX_TEXT_BYTES + 1 - len(content)):
        content += piece
        if len(content) > MAX_TEXT_BYTES:
            raise RefusedError("large")
    return content


def token_of(content: bytes) -> str:
    """Return what tells this content from any other."""
    return hashlib.sha256(content).hexdigest()


def text_or_refuse(content: bytes) -> str:
    """Return a text as it is sent: in base64, so that nothing in it looks like JSON; refuse what is none."""
    if b"\0" in content:
        raise RefusedError("binary")
    try:
        content.decode()
    except UnicodeDecodeError:
        raise RefusedError("binary") from None
    return base64.b64encode(content).decode()


def trash_for(path: bytes) -> bytes:
    """Return the folder that keeps what is deleted at this path: on the same file system, so that moving is enough."""
    top = os.path.realpath(os.path.dirname(path))
    device = os.stat(top).st_dev
    while top != b"/" and os.stat(os.path.dirname(top)).st_dev == device:
        top = os.path.dirname(top)
    return os.path.join(top, TRASH)
