"""Observe who listens on a TCP port. Standard library alone: it runs in the sandbox."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.grading.observer import limits, processes

_LISTENING = "0A"
_MAX_TABLE_BYTES = 4 * 1024 * 1024
_V4_DIGITS = 8


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether anybody listens, on which addresses, and the first process that does."""
    try:
        port = int(spec["number"])
    except ValueError:
        raise limits.CannotObserveError(f"{spec['number']} is no port") from None
    found = [*_listeners("/proc/net/tcp", port)]
    if os.path.exists("/proc/net/tcp6"):
        found += _listeners("/proc/net/tcp6", port)
    if not found:
        return {"listening": False}
    owner = _owner({f"socket:[{inode}]" for _, inode in found})
    addresses = [address for address, _ in found]
    return {"listening": True, "address": addresses[0], "addresses": addresses[: limits.MAX_LISTED], **owner}


def _listeners(table: str, port: int) -> Iterator[tuple[str, str]]:
    """Yield address and inode of each listening socket of a port (columns: the kernel's proc_net_tcp.rst)."""
    with open(table, "rb") as file:
        lines = file.read(_MAX_TABLE_BYTES).decode("ascii", "replace").splitlines()[1:]
    for line in lines:
        fields = line.split()
        address, _, number = fields[1].partition(":")
        if fields[3] == _LISTENING and int(number, 16) == port:
            yield _address(address), fields[9]


def _address(digits: str) -> str:
    """Return an address from the kernel's 32-bit words in the host's byte order (little-endian)."""
    words = [bytes.fromhex(digits[start : start + 8])[::-1] for start in range(0, len(digits), 8)]
    if len(digits) == _V4_DIGITS:
        return ".".join(str(byte) for byte in words[0])
    whole = b"".join(words)
    if not any(whole):
        return "::"
    if whole == b"\0" * 15 + b"\1":
        return "::1"
    return ":".join(f"{whole[place] << 8 | whole[place + 1]:x}" for place in range(0, 16, 2))


def _owner(sockets: set[str]) -> dict[str, Any]:
    for pid in processes.pids():
        folder = f"/proc/{pid}/fd"
        try:
            if any(os.readlink(f"{folder}/{name}") in sockets for name in os.listdir(folder)):
                with open(f"/proc/{pid}/comm", "rb") as file:
                    return {"process": limits.text(file.read(64)).strip(), "pid": pid}
        except OSError:
            continue  # It ended meanwhile, or closed a file.
    return {}
