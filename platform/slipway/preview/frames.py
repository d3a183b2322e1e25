"""What web processes and `inside.py` say to each other: many connections over one exec. Pure: no IO.

A frame is its kind (1 byte), the connection's number (4) and the length of what follows (4). Each side may have sent
`WINDOW` bytes of a connection that the other has not taken yet; CREDIT gives back what was taken. So neither a page
that does not read nor a server that does not can hold up another connection, or fill a memory.

    to the machine:   OPEN port · DATA · END · RESET · CREDIT · WATCH seconds between looks, 0: once
    from the machine: DATA · END · RESET reason · CREDIT · PORTS JSON
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

HEADER = struct.Struct(">BII")
WINDOW = 512 * 1024
MAX_DATA = 128 * 1024
MAX_PORTS = 64
MAX_PROCESS = 40


class Kind(IntEnum):
    """What a frame says."""

    OPEN = 1
    DATA = 2
    END = 3
    RESET = 4
    CREDIT = 5
    WATCH = 6
    PORTS = 7


class Reason(IntEnum):
    """Why the machine's side gave a connection up."""

    REFUSED = 1
    LOST = 2


class FrameError(ValueError):
    """The machine's side sent what it never sends: what runs there is not what was sent in."""


@dataclass(frozen=True, slots=True)
class ListeningPort:
    """A TCP port that somebody in the machine listens on, and the name of the program that does."""

    port: int
    process: str


def encode(kind: Kind, number: int, data: bytes = b"") -> bytes:
    """Return a frame."""
    return HEADER.pack(kind, number, len(data)) + data


class Reader:
    """Cut what comes from the machine into frames. It holds one unfinished frame at most."""

    def __init__(self) -> None:
        self._left = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Yield kind, connection and content of each whole frame. Raise `FrameError` for one that is too long."""
        whole, at = self._left + data if self._left else data, 0
        while len(whole) - at >= HEADER.size:
            kind, number, length = HEADER.unpack_from(whole, at)
            if length > MAX_DATA:
                raise FrameError(f"a frame of {length} bytes")
            end = at + HEADER.size + length
            if len(whole) < end:
                break
            yield kind, number, whole[at + HEADER.size : end]
            at = end
        self._left = whole[at:]


def ports_of(data: bytes) -> tuple[ListeningPort, ...]:
    """Return what a PORTS frame lists. Raise `FrameError` for anything else."""
    try:
        found = json.loads(data)
        listed = tuple(ListeningPort(int(port), _plain(str(name))) for port, name in found[:MAX_PORTS])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise FrameError("a list of ports that is none") from error
    if not all(0 < each.port < 65_536 for each in listed):  # noqa: PLR2004  (what TCP has)
        raise FrameError("a port that TCP does not have")
    return listed


def _plain(name: str) -> str:
    """Return a program's name, which its author chose, without what is no letter."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:MAX_PROCESS])
