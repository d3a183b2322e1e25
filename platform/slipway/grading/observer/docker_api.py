"""Ask the inner Docker Engine by its socket. Standard library alone: it runs in the sandbox.

HTTP/1.0 on purpose: the answer then ends with the connection and comes in one piece, and no client is to be imported.
The same reason holds for `_socket`: the module around it takes longer to import than an answer takes to come.
"""

import _socket
import json
import time
from typing import Any

from slipway.grading.observer import limits

SOCKET = "/run/docker.sock"
MAX_ANSWER_BYTES = 4 * 1024 * 1024
SECONDS = 2.5
NOT_FOUND = 404
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:@/")
_SILENT = "the machine's Docker Engine does not answer"


def path_of(*names: str) -> str:
    """Return a path of names that the learner or the author chose."""
    return "/" + "/".join(_quoted(name) for name in names)


def _quoted(name: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in name.encode())


def get(path: str) -> Any:
    """Return the JSON at a path, or None when there is no such thing. Raise `CannotObserveError`."""
    status, body = call("GET", path)
    if status == NOT_FOUND:
        return None
    return parsed(status, body)


def post(path: str, payload: object) -> Any:
    """Send JSON and return the JSON that comes back. Raise `CannotObserveError`."""
    return parsed(*call("POST", path, payload))


def parsed(status: int, body: bytes) -> Any:
    """Return an answer's JSON. Raise `CannotObserveError` with the engine's own words when it is an error."""
    try:
        answer = json.loads(body)
    except ValueError:
        raise limits.CannotObserveError(f"{_SILENT} as a Docker Engine does") from None
    if status >= 400:  # noqa: PLR2004  (HTTP's errors)
        message = answer.get("message") if isinstance(answer, dict) else None
        raise limits.CannotObserveError(f"the machine's Docker Engine says: {message or status}"[:300])
    return answer


def call(
    method: str, path: str, payload: object = None, *, seconds: float = SECONDS, max_bytes: int = MAX_ANSWER_BYTES
) -> tuple[int, bytes]:
    """Make one call; return status and body, cut at `max_bytes`. Raise `CannotObserveError` when nobody answers."""
    body = b"" if payload is None else json.dumps(payload).encode()
    lines = [
        f"{method} {path} HTTP/1.0",
        "Host: docker",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    head = "\r\n".join([*lines, "", ""])
    end = time.monotonic() + seconds
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(SOCKET)
        connection.sendall(head.encode() + body)
        answer = _read(connection, end, max_bytes)
    except TimeoutError:
        raise limits.CannotObserveError(f"{_SILENT} within {seconds:g} s") from None
    except OSError as error:
        raise limits.CannotObserveError(f"{_SILENT} ({error.strerror or error})") from None
    finally:
        connection.close()
    first, _, rest = answer.partition(b"\r\n")
    words = first.split()
    if len(words) < 2 or not words[1].isdigit():  # noqa: PLR2004  (the protocol and the status)
        raise limits.CannotObserveError(f"{_SILENT} as a Docker Engine does")
    return int(words[1]), rest.partition(b"\r\n\r\n")[2]


def _read(connection: _socket.socket, end: float, max_bytes: int) -> bytes:
    parts = []
    size = 0
    while size < max_bytes:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        data = connection.recv(65536)
        if not data:
            break
        parts.append(data)
        size += len(data)
    return b"".join(parts)
