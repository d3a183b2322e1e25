"""Bounds of every observation. Standard library alone: it runs in the sandbox."""

import json

# Of one text that is observed: a file's content, a command's output.
MAX_TEXT_BYTES = 32 * 1024
# Of one observation, and of all together, as JSON.
MAX_FACT_BYTES = 128 * 1024
MAX_TOTAL_BYTES = 800 * 1024
# Of files that are read whole to be hashed.
MAX_HASHED_BYTES = 64 * 1024 * 1024
MAX_LISTED = 50
# Between a request's own limit and the moment when its process is killed.
GRACE_SECONDS = 1.0
DEFAULT_SECONDS = 3.0
TOTAL_SECONDS = 12.0


class CannotObserveError(Exception):
    """Something could not be observed; the text tells why."""


def text(data: bytes) -> str:
    """Return bytes as text, whatever they are, within the bound. No database takes NUL in a text."""
    return data[:MAX_TEXT_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")


def json_bytes(value: object) -> bytes:
    """Return JSON, in as few bytes as may be."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
