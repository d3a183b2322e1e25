"""Cut and build the frames of a terminal, on the sandbox's side. Pure.

The protocol is written once: platform/slipway/terminal/frames.py. A test runs the two against each other.
"""

import struct

HELLO, INPUT, RESIZE = 0x01, 0x02, 0x03
WELCOME, OUTPUT, INPUT_ACK, RESYNC, EXIT = 0x81, 0x82, 0x83, 0x84, 0x85
RESET, BUSY = 1, 2
MAX_DATA = 64 * 1024
MAX_MESSAGE = 1 + 8 + MAX_DATA

_HELLO = struct.Struct(">16s8sQIHH")
_WELCOME = struct.Struct(">8sQQBQHH")
_SIZE = struct.Struct(">HH")


class FrameError(Exception):
    """The page or the web process broke the protocol."""


class Reader:
    """Cut a byte stream into (opcode, payload). It holds at most one unfinished message."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the messages that `data` completed. Raise `FrameError` at a length out of bounds."""
        self._buffer += data
        messages = []
        start = 0
        while len(self._buffer) - start >= 4:  # noqa: PLR2004  (the length itself)
            length = int.from_bytes(self._buffer[start : start + 4], "big")
            if not 1 <= length <= MAX_MESSAGE:
                raise FrameError(f"a message of {length} bytes, allowed are 1 to {MAX_MESSAGE}")
            if len(self._buffer) < start + 4 + length:
                break
            messages.append((self._buffer[start + 4], bytes(self._buffer[start + 5 : start + 4 + length])))
            start += 4 + length
        del self._buffer[:start]
        return messages


def _frame(opcode: int, payload: bytes) -> bytes:
    return (len(payload) + 1).to_bytes(4, "big") + bytes((opcode,)) + payload


def read_hello(payload: bytes) -> tuple[bytes, bytes, int, int, int, int]:
    """Return client, boot, output offset, context, columns and rows."""
    if len(payload) != _HELLO.size:
        raise FrameError(f"HELLO has {len(payload)} bytes and not {_HELLO.size}")
    client, boot, offset, context, columns, rows = _HELLO.unpack(payload)
    return client, boot, offset, context, columns, rows


def read_input(payload: bytes) -> tuple[int, bytes]:
    """Return the input offset and the bytes typed."""
    return int.from_bytes(payload[:8], "big"), payload[8:]


def read_size(payload: bytes) -> tuple[int, int]:
    """Return columns and rows."""
    if len(payload) != _SIZE.size:
        raise FrameError(f"RESIZE has {len(payload)} bytes and not {_SIZE.size}")
    columns, rows = _SIZE.unpack(payload)
    return columns, rows


def welcome(boot: bytes, replay: tuple[int, int], flags: int, accepted: int, size: tuple[int, int]) -> bytes:
    """Return a WELCOME frame; `replay` is where it starts and ends, `size` is columns and rows."""
    return _frame(WELCOME, _WELCOME.pack(boot, *replay, flags, accepted, *size))


def output(offset: int, data: bytes) -> bytes:
    """Return an OUTPUT frame."""
    return _frame(OUTPUT, offset.to_bytes(8, "big") + data)


def input_ack(offset: int) -> bytes:
    """Return an INPUT_ACK frame."""
    return _frame(INPUT_ACK, offset.to_bytes(8, "big"))


def resync(offset: int) -> bytes:
    """Return a RESYNC frame."""
    return _frame(RESYNC, offset.to_bytes(8, "big"))


def ended(status: int) -> bytes:
    """Return an EXIT frame."""
    return _frame(EXIT, bytes((status & 0xFF,)))
