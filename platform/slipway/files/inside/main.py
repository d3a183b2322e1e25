"""One act: a line of JSON on standard input, then content; a line of JSON on standard output, then perhaps a file."""

import errno
import json
import signal
import sys

from slipway.files.inside import looking, moving, sending, writing
from slipway.files.inside.paths import RefusedError

# A copy of a large folder takes a while; a program whose page has gone must end by itself.
MOST_SECONDS = 100
MAX_REQUEST_BYTES = 64 * 1024

_ACTS = {
    "list": looking.list_folder,
    "look": looking.look,
    "read": looking.read,
    "create": writing.create,
    "give-up": writing.give_up,
    "rename": moving.rename,
    "remove": moving.remove,
    "restore": moving.restore,
}
_WITH_CONTENT = {"save": writing.save, "upload": writing.take}
_CODES = {
    errno.ENOENT: "missing",
    errno.EEXIST: "exists",
    errno.ENOTEMPTY: "exists",
    errno.ENOTDIR: "not-folder",
    errno.EISDIR: "is-folder",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read-only",
    errno.EPERM: "denied",
    errno.EACCES: "denied",
    errno.EBUSY: "busy",
    errno.ENAMETOOLONG: "long",
    errno.ELOOP: "loop",
    errno.EINVAL: "inside",
}


def answer(asked: dict[str, object], content: bytes) -> dict[str, object]:
    """Do the act and return what to say: `ok` with what was found, or `refused` with a word."""
    act = str(asked["act"])
    try:
        done = _WITH_CONTENT[act](asked, content) if act in _WITH_CONTENT else _ACTS[act](asked)
    except RefusedError as refusal:
        return {"refused": refusal.code, **refusal.details}
    except OSError as error:
        return {"refused": _CODES.get(error.errno or 0, "failed")}
    return {"ok": done}


def main() -> int:
    """Serve one request and return the exit status."""
    signal.alarm(MOST_SECONDS)
    asked = json.loads(sys.stdin.buffer.readline(MAX_REQUEST_BYTES))
    if asked["act"] == "download":
        return _download(asked)
    size = int(asked["size"])
    content = sys.stdin.buffer.read(size)
    # The page went away in the middle of what it sent.
    if len(content) < size:
        return 1
    json.dump(answer(asked, content), sys.stdout)
    return 0


def _download(asked: dict[str, object]) -> int:
    """Send what is asked for; an error in the middle is told by the exit status alone."""
    try:
        sending.send(asked)
    except (RefusedError, OSError) as error:
        code = error.code if isinstance(error, RefusedError) else _CODES.get(error.errno or 0, "failed")
        json.dump({"refused": code}, sys.stdout)
        return 1
    return 0
