"""What is typed for a script of solutions/: its commands one after the other, without remarks. Pure: no Django, no IO.

A command is what belongs together: one line, or several where a here-document or a quoted text goes on, or a line ends
with a backslash. A blank line between commands says to wait for the prompt.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# A line of one key with Control, such as `^C`, or one that waits for a text.
KEY = re.compile(r"\^(?:[A-Z\[\]\\]|wait .+)")
_HERE = re.compile(r"<<(-?)\s*(\\?)(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\3")
_UNCHECKED = re.compile(r"\s+# unchecked:(.*)$")
_REASON = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Command:
    """What is typed in one go. `line` is where it begins in the file, `unchecked` why no check can notice it.

    The text of a blank line is empty.
    """

    line: int
    text: str
    unchecked: str = ""


def commands(script: str) -> tuple[Command, ...]:
    """Return what is typed for a script, blank lines too. Comment lines at its top are for people."""
    return tuple(_commands(script.splitlines()))


def typed_text(script: str) -> str:
    """Return a script as it is typed: for people to read, or to be compared."""
    return "\n".join(command.text for command in commands(script)).strip("\n")


def faults(script: str) -> Iterator[int]:
    """Yield the lines whose `# unchecked:` gives no reason."""
    for number, line in enumerate(script.splitlines(), start=1):
        found = _UNCHECKED.search(line)
        if found and not _REASON.search(found[1]):
            yield number


def _commands(lines: Sequence[str]) -> Iterator[Command]:
    at = 0
    while at < len(lines) and (lines[at].startswith("#") or not lines[at].strip()):
        at += 1
    while at < len(lines):
        end = _end_of(lines, at)
        plain = [_UNCHECKED.sub("", line) for line in lines[at:end]]
        reasons = [found[1].strip() for line in lines[at:end] if (found := _UNCHECKED.search(line))]
        yield Command(at + 1, "\n".join(plain) if plain[0].strip() else "", " ".join(reasons))
        at = end


def _end_of(lines: Sequence[str], start: int) -> int:
    """Return where the command ends that begins at a line."""
    state = _Open()
    for at in range(start, len(lines)):
        # These are for what runs already: what looked open was no shell's.
        if at > start and KEY.fullmatch(lines[at].strip()):
            break
        state.read(_UNCHECKED.sub("", lines[at]))
        if not state.is_open:
            return at + 1
    return start + 1


class _Open:
    """What is still open in shell text: a quote, a here-document, an escaped line's end."""

    def __init__(self) -> None:
        self._quote = ""
        self._is_escaped = False
        self._ends: list[tuple[str, bool]] = []

    @property
    def is_open(self) -> bool:
        """Say whether the next line belongs to what was read."""
        return bool(self._quote or self._is_escaped or self._ends)

    def read(self, line: str) -> None:
        """Read one more line."""
        if self._ends and not (self._quote or self._is_escaped):
            word, is_indented = self._ends[0]
            if (line.lstrip("\t") if is_indented else line) == word:
                self._ends.pop(0)
            return
        self._is_escaped = False
        at = 0
        while at < len(line):
            at = self._quoted(line, at) if self._quote else self._plain(line, at)

    def _quoted(self, line: str, at: int) -> int:
        if line[at] == "\\" and self._quote == '"':
            return at + 2
        if line[at] == self._quote:
            self._quote = ""
        return at + 1

    def _plain(self, line: str, at: int) -> int:
        here = _HERE.match(line, at)
        if here and line[at - 1 : at] != "<":
            self._ends.append((here[4], bool(here[1])))
            return here.end()
        if line[at] == "\\":
            self._is_escaped = at + 1 == len(line)
            return at + 2
        if line[at] in "'\"":
            self._quote = line[at]
        is_comment = line[at] == "#" and (at == 0 or line[at - 1] in " \t;")
        return len(line) if is_comment else at + 1
