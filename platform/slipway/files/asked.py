"""What a page asks of a machine's files, parsed. Pure: no IO.

A path comes percent-encoded, for a name may be any bytes, and is passed on so; the machine itself decides what it leads
to, and has nothing above its own root.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

PIECE_BYTES = 4 * 1024 * 1024
TEXT_BYTES = 1024 * 1024
UPLOAD_BYTES = 1024 * 1024 * 1024
MOST_LOOKED_AT = 20
# Linux takes 4,096 bytes for a path; percent-encoded each may take three.
PATH_BYTES = 4095
_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)+")
_KEY = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"new|[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,16}")

Request = dict[str, object]


class AskedError(Exception):
    """What came is no act on files; `code` is a word that `saying.py` has a sentence for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def path(text: str) -> str:
    """Return an absolute path as it came. Raise `AskedError` for anything else, and for one that is too long."""
    if len(text) > 3 * PATH_BYTES:
        raise AskedError("long")
    if not _PATH.fullmatch(text):
        raise AskedError("bad-path")
    raw = unquote_to_bytes(text)
    if b"\0" in raw or {b".", b".."} & set(raw.split(b"/")):
        raise AskedError("bad-path")
    if len(raw) > PATH_BYTES:
        raise AskedError("long")
    return text


def _paths(text: str) -> list[str]:
    found = text.split("\n")
    if len(found) > MOST_LOOKED_AT:
        raise AskedError("bad-request")
    return [path(each) for each in found]


def _fitting(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def fit(text: str) -> str:
        if not pattern.fullmatch(text):
            raise AskedError("bad-request")
        return text

    return fit


def _size(text: str) -> int:
    size = int(_fitting(_NUMBER)(text))
    if size > UPLOAD_BYTES:
        raise AskedError("too-much")
    return size


def _flag(text: str) -> bool:
    return text == "1"


_key = _fitting(_KEY)
_FIELDS: dict[str, dict[str, Callable[[str], object]]] = {
    "list": {"path": path, "hidden": _flag},
    "look": {"paths": _paths},
    "read": {"path": path},
    "save": {"path": path, "token": _fitting(_TOKEN)},
    "create": {"path": path, "kind": _fitting(re.compile("file|folder"))},
    "rename": {"path": path, "to": path},
    "remove": {"path": path, "key": _key},
    "restore": {"path": path, "key": _key},
    "upload": {"path": path, "key": _key, "offset": _size, "total": _size, "replace": _flag},
    "give-up": {"path": path, "key": _key},
    "download": {"path": path},
}
_CONTENT_BYTES = {"save": TEXT_BYTES, "upload": PIECE_BYTES}


def request_of(act: str, fields: Mapping[str, str]) -> Request:
    """Return what the program in the machine is told. Raise `AskedError` for what is no act."""
    known = _FIELDS.get(act)
    if known is None:
        raise AskedError("bad-request")
    return {"act": act, **{name: parse(fields.get(name, "")) for name, parse in known.items()}}


def most_content(act: str) -> int:
    """Return how many bytes of content may come with an act."""
    return _CONTENT_BYTES.get(act, 0)
