"""Observe a path inside an inner container, running or not. Standard library alone: it runs in the sandbox.

The engine sends the path as a tar archive; its first header tells everything, and for a file its content follows
(the layout of a header is POSIX's ustar).
"""

from collections.abc import Mapping
from typing import Any

from slipway.grading.observer import docker_api, files, limits

_BLOCK = 512
_KINDS = {b"0": "file", b"\0": "file", b"5": "directory", b"2": "link", b"6": "fifo", b"3": "device", b"4": "device"}
_LONG = {b"x", b"g", b"L", b"K"}


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is at a path of a container, as `files.observe` does; owners are numbers."""
    path = docker_api.path_of("containers", spec["in_container"], "archive")
    query = docker_api.path_of(spec["path"]).removeprefix("/")
    most = limits.MAX_HASHED_BYTES if "sha256" in spec["wants"] else 4 * limits.MAX_TEXT_BYTES
    status, body = docker_api.call("GET", f"{path}?path={query}", max_bytes=most)
    if status == docker_api.NOT_FOUND:
        if docker_api.get(docker_api.path_of("containers", spec["in_container"], "json")) is None:
            raise limits.CannotObserveError(f"there is no container {spec['in_container']}")
        return {"exists": False}
    if status != 200:  # noqa: PLR2004  (HTTP's OK)
        docker_api.parsed(status, body)
    return _first(body, spec["wants"])


def _first(archive: bytes, wants: list[str]) -> dict[str, Any]:
    """Return the facts of the first entry; extended headers before it are stepped over."""
    place = 0
    while True:
        header = archive[place : place + _BLOCK]
        if len(header) < _BLOCK or not any(header):
            raise limits.CannotObserveError("the engine sent no file")
        size, kind = _number(header[124:136]), header[156:157]
        place += _BLOCK
        if kind not in _LONG:
            break
        place += -(-size // _BLOCK) * _BLOCK
    fact: dict[str, Any] = {"exists": True, "kind": _KINDS.get(kind, "other")}
    fact |= files.describe(_number(header[100:108]), size)
    fact |= {"owner": str(_number(header[108:116])), "group": str(_number(header[116:124]))}
    if fact["kind"] == "link":
        fact["link"] = limits.text(header[157:257].rstrip(b"\0"))
    return fact | _content(archive[place : place + size], size, wants) if fact["kind"] == "file" else fact


def _content(data: bytes, size: int, wants: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "content" in wants:
        found["content"] = limits.text(data)
    if "sha256" in wants:
        if len(data) < size:
            raise limits.CannotObserveError("the file is too large to be hashed")
        found["sha256"] = files.hash_of([data])
    return found


def _number(field: bytes) -> int:
    digits = field.strip(b" \0")
    return int(digits, 8) if digits.isdigit() else 0
