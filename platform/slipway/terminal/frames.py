"""The frames of a terminal, from the page through the web process to the holder in the sandbox. Pure: no IO.

One frame is a *message*: an opcode byte and its payload. Between browser and web a message is one binary WebSocket
message; between web and holder it is prefixed by its length (u32). All numbers are big-endian.

===========  ====  =========================================================================================
from page          payload
===========  ====  =========================================================================================
HELLO        0x01  client 16 B, boot 8 B, output offset u64, context u32, columns u16, rows u16
INPUT        0x02  input offset u64, 1 to 65,536 B
RESIZE       0x03  columns u16, rows u16; both 0 from a window that does not show the terminal now
ACK          0x04  output offset u64; ends in the web process, the holder never sees it
===========  ====  =========================================================================================

===========  ====  =========================================================================================
from holder        payload
===========  ====  =========================================================================================
WELCOME      0x81  boot 8 B, output offset u64, end u64, flags u8, accepted input offset u64, columns u16, rows u16
OUTPUT       0x82  output offset u64, 1 to 65,536 B
INPUT_ACK    0x83  accepted input offset u64
RESYNC       0x84  accepted input offset u64
EXIT         0x85  status u8, as a shell says it: 128 + the signal's number for one that a signal killed
===========  ====  =========================================================================================

===========  ====  =========================================================================================
from web          payload
===========  ====  =========================================================================================
SHARED       0x86  columns u16, rows u16: the smallest of the other windows on this terminal, or the largest
                    size that there is
PAST         0x87  suspended at u64, in milliseconds since 1970, 1 to 65,536 B; before WELCOME, if at all
===========  ====  =========================================================================================

- PAST is what the terminal had printed when its machine was suspended. The page shows it above what follows.
- *Output offsets* count the bytes that the terminal has printed since its shell began. `boot` names that shell: a new
  one starts at 0 again. HELLO names the boot and the offset that the page has got to; with a boot of zeros, or another
  one, or an offset that the ring has lost, WELCOME says RESET and the replay starts at what is left.
- `context` is how many bytes before that offset are wanted as well, as far as they are there. The web process asks for
  them to read marks that a reconnect cut in two; it never passes them on. A page sends 0.
- *Input offsets* count the bytes that this client has typed into this shell. The holder drops what it has had already
  and refuses a gap with RESYNC, which tells where to go on. INPUT_ACK and WELCOME tell how far it has accepted: what is
  accepted is never lost while the shell lives, so the page keeps only what lies beyond.
- `end` in WELCOME is how much had been printed by then: what comes before it is a replay, and a page does not answer
  the questions in it (where is the cursor, which terminal is this), for they were answered when they were new.
- A window that shows the terminal sends its own size, and draws it no larger than SHARED says. The web process passes
  on to the holder the size that fits all of them.
- BUSY in WELCOME says that another program than the shell holds the terminal.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, ClassVar

MAX_DATA = 64 * 1024
MAX_MESSAGE = 1 + 8 + MAX_DATA
MAX_CONTEXT = 64 * 1024
MAX_COLUMNS = 1000
MAX_ROWS = 500
# JavaScript counts exactly up to here, and a database's big integer holds it.
MAX_OFFSET = 2**53 - 1
NO_BOOT = bytes(8)

_LENGTH = struct.Struct(">I")
_U64 = struct.Struct(">Q")


class FrameError(Exception):
    """The other side broke the protocol; the text says how, for the log and the close reason."""


class Opcode(IntEnum):
    """The first byte of every message."""

    HELLO = 0x01
    INPUT = 0x02
    RESIZE = 0x03
    ACK = 0x04
    WELCOME = 0x81
    OUTPUT = 0x82
    INPUT_ACK = 0x83
    RESYNC = 0x84
    EXIT = 0x85
    SHARED = 0x86
    PAST = 0x87


class Flags(IntFlag):
    """What WELCOME adds: forget the screen; a program holds the terminal."""

    RESET = 1
    BUSY = 2


@dataclass(frozen=True, slots=True)
class Hello:
    """Ask to join: who, from where on, and how large the window is."""

    layout: ClassVar[struct.Struct] = struct.Struct(">16s8sQIHH")
    client: bytes
    boot: bytes
    offset: int
    context: int
    columns: int
    rows: int

    def encode(self) -> bytes:
        """Return the message."""
        fields = (self.client, self.boot, self.offset, self.context, self.columns, self.rows)
        return bytes((Opcode.HELLO,)) + self.layout.pack(*fields)


@dataclass(frozen=True, slots=True)
class Input:
    """Bytes typed, and where they stand among all that this client typed."""

    offset: int
    data: bytes

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.INPUT,)) + _U64.pack(self.offset) + self.data


@dataclass(frozen=True, slots=True)
class Resize:
    """The window's new size; nothing by nothing when it does not show the terminal."""

    layout: ClassVar[struct.Struct] = struct.Struct(">HH")
    columns: int
    rows: int

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.RESIZE,)) + self.layout.pack(self.columns, self.rows)


@dataclass(frozen=True, slots=True)
class Ack:
    """The page has drawn the output up to this offset."""

    offset: int

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.ACK,)) + _U64.pack(self.offset)


@dataclass(frozen=True, slots=True)
class Welcome:
    """The holder's answer to HELLO: which shell, where its replay starts, and what it has accepted."""

    layout: ClassVar[struct.Struct] = struct.Struct(">8sQQBQHH")
    boot: bytes
    offset: int
    end: int
    flags: Flags
    accepted: int
    columns: int
    rows: int

    def encode(self) -> bytes:
        """Return the message."""
        fields = (self.boot, self.offset, self.end, self.flags, self.accepted, self.columns, self.rows)
        return bytes((Opcode.WELCOME,)) + self.layout.pack(*fields)


@dataclass(frozen=True, slots=True)
class Output:
    """Bytes printed, and where they stand among all that this shell's terminal printed."""

    offset: int
    data: bytes

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.OUTPUT,)) + _U64.pack(self.offset) + self.data


@dataclass(frozen=True, slots=True)
class InputAck:
    """The holder has accepted this client's input up to here."""

    offset: int

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.INPUT_ACK,)) + _U64.pack(self.offset)


@dataclass(frozen=True, slots=True)
class Resync:
    """Input with a gap was refused: go on from here."""

    offset: int

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.RESYNC,)) + _U64.pack(self.offset)


@dataclass(frozen=True, slots=True)
class Exit:
    """The shell has ended."""

    status: int

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.EXIT, self.status))


@dataclass(frozen=True, slots=True)
class Shared:
    """The size that the other windows leave."""

    layout: ClassVar[struct.Struct] = struct.Struct(">HH")
    columns: int
    rows: int

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.SHARED,)) + self.layout.pack(self.columns, self.rows)


@dataclass(frozen=True, slots=True)
class Past:
    """What the terminal had printed last when its machine was suspended."""

    suspended_ms: int
    data: bytes

    def encode(self) -> bytes:
        """Return the message."""
        return bytes((Opcode.PAST,)) + _U64.pack(self.suspended_ms) + self.data


ClientFrame = Hello | Input | Resize | Ack
HolderFrame = Welcome | Output | InputAck | Resync | Exit


def decode_client(message: bytes) -> ClientFrame:
    """Return the frame in a message from the page. Raise `FrameError` for one that is not whole and within bounds."""
    opcode, payload = _split(message)
    match opcode:
        case Opcode.HELLO:
            client, boot, offset, context, columns, rows = _unpack(Hello.layout, payload)
            if context > MAX_CONTEXT:
                raise FrameError(f"HELLO asks for {context} bytes of context, at most {MAX_CONTEXT} are given")
            _check_size(columns, rows)
            return Hello(client, boot, _bounded(offset), context, columns, rows)
        case Opcode.INPUT:
            return Input(*_offset_and_data(payload))
        case Opcode.RESIZE:
            columns, rows = _unpack(Resize.layout, payload)
            if columns or rows:
                _check_size(columns, rows)
            return Resize(columns, rows)
        case Opcode.ACK:
            return Ack(_offset(payload))
        case _:
            raise FrameError(f"a page does not send opcode {opcode:#04x}")


def decode_holder(message: bytes) -> HolderFrame:
    """Return the frame in a message from a sandbox, which is hostile. Raise `FrameError` for one out of bounds."""
    opcode, payload = _split(message)
    match opcode:
        case Opcode.WELCOME:
            boot, offset, end, flags, accepted, columns, rows = _unpack(Welcome.layout, payload)
            _check_size(columns, rows)
            known = Flags(flags & (Flags.RESET | Flags.BUSY))
            return Welcome(boot, _bounded(offset), _bounded(end), known, _bounded(accepted), columns, rows)
        case Opcode.OUTPUT:
            return Output(*_offset_and_data(payload))
        case Opcode.INPUT_ACK:
            return InputAck(_offset(payload))
        case Opcode.RESYNC:
            return Resync(_offset(payload))
        case Opcode.EXIT:
            if len(payload) != 1:
                raise FrameError(f"EXIT has {len(payload)} bytes and not 1")
            return Exit(payload[0])
        case _:
            raise FrameError(f"a holder does not send opcode {opcode:#04x}")


def with_length(message: bytes) -> bytes:
    """Return the message as it travels between web and holder."""
    return _LENGTH.pack(len(message)) + message


class FrameReader:
    """Cut a byte stream into messages. It holds at most one unfinished message."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that `data` completed. Raise `FrameError` at a length out of bounds."""
        self._buffer += data
        messages = []
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, start)
            if not 1 <= length <= MAX_MESSAGE:
                raise FrameError(f"a message of {length} bytes, allowed are 1 to {MAX_MESSAGE}")
            end = start + _LENGTH.size + length
            if len(self._buffer) < end:
                break
            messages.append(bytes(self._buffer[start + _LENGTH.size : end]))
            start = end
        del self._buffer[:start]
        return messages


def _split(message: bytes) -> tuple[int, bytes]:
    if not 1 <= len(message) <= MAX_MESSAGE:
        raise FrameError(f"a message of {len(message)} bytes, allowed are 1 to {MAX_MESSAGE}")
    return message[0], message[1:]


def _unpack(layout: struct.Struct, payload: bytes) -> tuple[Any, ...]:
    if len(payload) != layout.size:
        raise FrameError(f"a payload of {len(payload)} bytes and not {layout.size}")
    return layout.unpack(payload)


def _offset_and_data(payload: bytes) -> tuple[int, bytes]:
    if len(payload) <= _U64.size:
        raise FrameError(f"a payload of {len(payload)} bytes holds no data")
    return _offset(payload[: _U64.size]), payload[_U64.size :]


def _offset(payload: bytes) -> int:
    return _bounded(*_unpack(_U64, payload))


def _bounded(offset: int) -> int:
    if offset > MAX_OFFSET:
        raise FrameError(f"an offset of {offset}, at most {MAX_OFFSET} can be counted")
    return offset


def _check_size(columns: int, rows: int) -> None:
    if not (1 <= columns <= MAX_COLUMNS and 1 <= rows <= MAX_ROWS):
        raise FrameError(f"a window of {columns} columns and {rows} rows, at most {MAX_COLUMNS} by {MAX_ROWS}")
