"""What only looks: a folder's entries, whether files changed, a file's text."""

import heapq
import os
import stat
from contextlib import suppress
from itertools import islice

from slipway.files.inside.paths import RefusedError, open_file, path_of, read_all, text_of, text_or_refuse, token_of

MAX_ENTRIES = 2000
MAX_SCANNED = 50_000


def list_folder(asked: dict[str, object]) -> dict[str, object]:
    """Return a folder's entries, folders first, by name; and how many more there are at least."""
    path = path_of(str(asked["path"]))
    with os.scandir(path) as scanned:
        found = [
            (not entry.is_dir(), entry.name, entry)
            for entry in islice(scanned, MAX_SCANNED)
            if asked["hidden"] or not entry.name.startswith(b".")
        ]
    shown = heapq.nsmallest(MAX_ENTRIES, found, key=lambda one: one[:2])
    return {"entries": [_described(entry) for *_, entry in shown], "left_out": len(found) - len(shown)}


def _described(entry: os.DirEntry[bytes]) -> dict[str, object]:
    kind, size = "other", 0
    # It may vanish meanwhile, and a link may lead nowhere.
    with suppress(OSError):
        found = entry.stat()
        size = found.st_size
        kind = "folder" if stat.S_ISDIR(found.st_mode) else "file" if stat.S_ISREG(found.st_mode) else "other"
    return {"name": text_of(entry.name), "kind": kind, "is_link": entry.is_symlink(), "size": size}


def look(asked: dict[str, object]) -> dict[str, object]:
    """Return for each path the token of what is there now, or nothing where that cannot be edited."""
    tokens: dict[str, str] = {}
    for path in asked["paths"]:  # type: ignore[attr-defined]  # a list of texts
        tokens[path] = ""
        with suppress(OSError, RefusedError):
            tokens[path] = token_of(_content(path_of(path)))
    return {"tokens": tokens}


def read(asked: dict[str, object]) -> dict[str, object]:
    """Return a file's text and its token."""
    content = _content(path_of(str(asked["path"])))
    return {"text": text_or_refuse(content), "token": token_of(content)}


def _content(path: bytes) -> bytes:
    descriptor, _ = open_file(path)
    try:
        return read_all(descriptor)
    except BlockingIOError:
        raise RefusedError("special") from None
    finally:
        os.close(descriptor)
