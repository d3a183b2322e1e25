r"""Find in a terminal's output which commands ended, with which text and status. Pure: no IO.

The sandbox's bash prints FinalTerm's marks (OSC 133, A: prompt, C: a command begins, D;<status>: it ended) and, just
before D, the command line as VS Code's shell integration writes it: OSC 633;E;<escaped text>;<nonce>. In the text a
backslash is ``\\`` and a semicolon or control character ``\xNN``. A sequence ends with BEL or ESC ``\``.

Only D directly after E with the right nonce counts: what programs print cannot pass for a mark by accident. The
learner's root can forge one, so a command is evidence of what was typed and never a proof of what was done.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

MAX_TEXT_BYTES = 8 * 1024
# Each byte of the text can be four in its escaped form; nonce, number and commas are the rest.
MAX_MARK_BYTES = 4 * MAX_TEXT_BYTES + 256
# A parser that begins this far before an offset knows all marks that end after it.
CONTEXT_BYTES = MAX_MARK_BYTES + 256

_ESCAPE, _BELL = 0x1B, 0x07
_CANCEL = b"\x18\x1a"
_STATUS = re.compile(rb"[0-9]{1,3}")
_ESCAPED = re.compile(rb"\\(?:\\|x([0-9a-fA-F]{2}))")


@dataclass(frozen=True, slots=True)
class CommandBegan:
    """A command line was read; what it prints begins at `offset`."""

    offset: int


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """A command ended. `offset` lies just after its mark; `text` is empty when the shell's history does not keep it."""

    offset: int
    text: str
    exit_status: int


Mark = CommandBegan | CommandEnded


class _State(Enum):
    TEXT = auto()
    ESCAPE = auto()
    SEQUENCE = auto()
    SEQUENCE_ESCAPE = auto()


class MarkParser:
    """Read output in pieces that may be cut anywhere. It holds at most one unfinished sequence of bounded length."""

    def __init__(self, nonce: str, offset: int) -> None:
        self._nonce = nonce.encode()
        self._offset = offset
        self._state = _State.TEXT
        self._sequence = bytearray()
        self._text: bytes | None = None

    def feed(self, data: bytes) -> list[Mark]:
        """Return the marks that `data` completed."""
        marks: list[Mark] = []
        at = 0
        while at < len(data):
            if self._state is _State.TEXT:
                at = self._skip_text(data, at)
            elif self._state is _State.SEQUENCE:
                at = self._collect(data, at, marks)
            else:
                at = self._after_escape(data, at, marks)
        self._offset += len(data)
        return marks

    def _skip_text(self, data: bytes, at: int) -> int:
        found = data.find(b"\x1b", at)
        if found != at:
            # Something was printed since: a D that comes now does not belong to the E before.
            self._text = None
        if found < 0:
            return len(data)
        self._state = _State.ESCAPE
        return found + 1

    def _after_escape(self, data: bytes, at: int, marks: list[Mark]) -> int:
        """Decide what an ESC was: the start of a sequence, the end of one, or something else."""
        byte = data[at]
        if self._state is _State.SEQUENCE_ESCAPE and byte == ord("\\"):
            self._finish(self._offset + at + 1, marks)
            return at + 1
        if byte == ord("]"):
            self._sequence.clear()
            self._state = _State.SEQUENCE
            return at + 1
        self._text = None
        self._state = _State.ESCAPE if byte == _ESCAPE else _State.TEXT
        return at + 1

    def _collect(self, data: bytes, at: int, marks: list[Mark]) -> int:
        """Take the bytes of a sequence up to its end, its cancelling, or its bound."""
        for index in range(at, len(data)):
            byte = data[index]
            if byte == _BELL:
                self._sequence += data[at:index]
                self._finish(self._offset + index + 1, marks)
                return index + 1
            if byte == _ESCAPE:
                self._sequence += data[at:index]
                self._state = _State.SEQUENCE_ESCAPE
                return index + 1
            if byte in _CANCEL or len(self._sequence) + index - at >= MAX_MARK_BYTES:
                self._text = None
                self._state = _State.TEXT
                return index + 1
        self._sequence += data[at:]
        return len(data)

    def _finish(self, end: int, marks: list[Mark]) -> None:
        self._state = _State.TEXT
        sequence = bytes(self._sequence)
        text, self._text = self._text, None
        if sequence.startswith(b"633;E;"):
            escaped, _, nonce = sequence[len(b"633;E;") :].partition(b";")
            self._text = escaped if nonce == self._nonce else None
        elif sequence.startswith(b"133;C"):
            marks.append(CommandBegan(end))
        elif sequence.startswith(b"133;D;") and text is not None:
            status = sequence[len(b"133;D;") :]
            if _STATUS.fullmatch(status) and int(status) <= 255:  # noqa: PLR2004  (the largest exit status)
                marks.append(CommandEnded(end, _unescape(text), int(status)))


def _unescape(escaped: bytes) -> str:
    plain = _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()) if match[1] else b"\\", escaped)
    # NUL cannot be stored as text in every database, and no command line has one.
    return plain[:MAX_TEXT_BYTES].decode(errors="replace").replace("\x00", "\ufffd")
