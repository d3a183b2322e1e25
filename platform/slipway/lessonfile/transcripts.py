"""What a terminal showed, as plain text for who cannot watch it. Pure: no Django, no IO.

Lines are kept as they were left: what a program wrote over is gone, as a progress bar's old states. A cleared screen
begins below the one before. Full-screen programs come out as they stood when they drew last.
"""

import re
from collections.abc import Callable, Iterable, Mapping

MAX_LINES = 1000
MAX_CHARACTERS = 65_536
_MAX_COLUMN = 500
_TAB = 8
# ECMA-48: control sequences, strings (OSC, DCS and their like), other escapes, single controls, and text.
_PIECE = re.compile(
    r"\x1b\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
)
_ALTERNATE = frozenset({"?47", "?1047", "?1049"})


def plain(pieces: Iterable[str], rows: int) -> str:
    """Return what a terminal of so many rows showed. Raise `ValueError` beyond `MAX_LINES` or `MAX_CHARACTERS`."""
    page = _Page(rows)
    # A sequence may be cut in two: all is read at once.
    for piece in _PIECE.finditer("".join(pieces)):
        if piece["text"]:
            page.write(piece["text"])
        elif piece["control"]:
            page.control(piece["control"])
        elif piece["final"]:
            page.sequence(piece["parameters"], piece["final"])
    text = "\n".join("".join(line).rstrip() for line in page.lines).strip("\n")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"has more than {MAX_CHARACTERS} characters")
    return text


class _Page:
    """The lines that were written so far, and the cursor in them."""

    def __init__(self, rows: int) -> None:
        self.lines: list[list[str]] = [[]]
        self._rows = rows
        self._row = 0
        self._column = 0
        # The first line of the screen as it was cleared last.
        self._begin = 0
        self._acts: Mapping[str, Callable[[int], None]] = {
            "A": lambda count: self._go(self._row - max(1, count), self._column),
            "B": lambda count: self._go(self._row + max(1, count), self._column),
            "C": lambda count: self._go(self._row, self._column + max(1, count)),
            "D": lambda count: self._go(self._row, self._column - max(1, count)),
            "G": lambda count: self._go(self._row, count - 1),
            "J": self._erase_screen,
            "K": self._erase_line,
            "P": self._delete,
        }

    @property
    def _top(self) -> int:
        return max(self._begin, len(self.lines) - self._rows)

    def write(self, text: str) -> None:
        """Write over what is there."""
        line = self.lines[self._row]
        line.extend(" " * (self._column - len(line)))
        line[self._column : self._column + len(text)] = text
        # A line without end is an error of MAX_CHARACTERS; only the cursor's way back is lost.
        self._column = min(self._column + len(text), _MAX_COLUMN) if len(line) <= _MAX_COLUMN else len(line)

    def control(self, character: str) -> None:
        """Move as a single control character says."""
        if character == "\r":
            self._column = 0
        elif character in "\n\v\f":
            self._go(self._row + 1, self._column, scrolls=True)
        elif character == "\b":
            self._column = max(0, self._column - 1)
        elif character == "\t":
            self._go(self._row, (self._column // _TAB + 1) * _TAB)

    def sequence(self, parameters: str, final: str) -> None:
        """Do what a control sequence says, as far as it moves or erases."""
        if final in "hl" and parameters in _ALTERNATE:
            self._clear()
        elif final in "Hf":
            row, _, column = parameters.partition(";")
            self._go(self._top + _number(row) - 1, _number(column) - 1)
        elif final in self._acts and (not parameters or parameters.isdigit()):
            self._acts[final](_number(parameters, default=0))

    def _go(self, row: int, column: int, *, scrolls: bool = False) -> None:
        last = max(len(self.lines) if scrolls else 0, self._top + self._rows - 1)
        self._row = min(max(row, self._top), last)
        self._column = min(max(column, 0), max(_MAX_COLUMN, self._column))
        while len(self.lines) <= self._row:
            self.lines.append([])
        if len(self.lines) > MAX_LINES:
            raise ValueError(f"has more than {MAX_LINES} lines")

    def _clear(self) -> None:
        """Begin a new screen below all that there was."""
        while self.lines and not "".join(self.lines[-1]).strip():
            self.lines.pop()
        self.lines += [[], []] if self.lines else [[]]
        self._begin = self._row = len(self.lines) - 1
        self._column = 0

    def _erase_screen(self, how: int) -> None:
        if how:
            self._clear()
            return
        del self.lines[self._row + 1 :]
        del self.lines[self._row][self._column :]

    def _erase_line(self, how: int) -> None:
        line = self.lines[self._row]
        if how == 0:
            del line[self._column :]
        else:
            end = len(line) if how > 1 else min(self._column + 1, len(line))
            line[:end] = " " * end

    def _delete(self, count: int) -> None:
        del self.lines[self._row][self._column : self._column + max(1, count)]


def _number(text: str, default: int = 1) -> int:
    """Return a parameter of a sequence; nobody's terminal has ten thousand of anything."""
    return int(text[:4]) if text.isdigit() else default
