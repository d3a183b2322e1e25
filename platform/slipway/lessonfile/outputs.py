"""Does a command print what a text shows below it? Pure: no Django, no IO.

In what is shown `…` stands for anything within a line, and a line of `…` alone for any number of lines. How many blanks
stand in a row does not matter, and neither do those at the end of a line or empty lines at the end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

ANYTHING = "…"
_SEQUENCE = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]|[()*+][A-Za-z0-9]|.)", re.DOTALL)
_BLANKS = re.compile(r"[ \t]+")
# Blanks beside it are part of what it stands for: columns may be far apart, or near.
_AROUND = re.compile(rf" ?{ANYTHING} ?")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where both go apart. `at` counts the shown lines from 0; None on a side is its end."""

    at: int
    shown: str | None
    printed: str | None


def plain(printed: str) -> str:
    """Return what a terminal was sent as its lines read: without colours, and with what overwrote a line's begin."""
    lines = _SEQUENCE.sub("", printed).split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def difference(shown: str, printed: str) -> Difference | None:
    """Compare what is shown with what was printed, both as plain text; None when they are alike."""
    wanted, lines = _lines(shown), _lines(printed)
    # Every place in `wanted` that may come next, as several lines of `…` leave it open.
    places = _reached(wanted, {0})
    for line in lines:
        following = {at + (not _is_open(wanted[at])) for at in places if _fits(wanted, at, line)}
        if not following:
            furthest = max(places)
            return Difference(furthest, wanted[furthest] if furthest < len(wanted) else None, line)
        places = _reached(wanted, following)
    if len(wanted) in places:
        return None
    furthest = max(places)
    return Difference(furthest, wanted[furthest], None)


def _lines(text: str) -> list[str]:
    lines = [_BLANKS.sub(" ", line).rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _reached(wanted: Sequence[str], places: set[int]) -> set[int]:
    """Return the places with those that lie behind lines of `…`, which may stand for no line at all."""
    found = set(places)
    for at in sorted(places):
        following = at
        while following < len(wanted) and _is_open(wanted[following]):
            following += 1
            found.add(following)
    return found


def _fits(wanted: Sequence[str], at: int, line: str) -> bool:
    return at < len(wanted) and (_is_open(wanted[at]) or _is_like(wanted[at], line))


def _is_open(wanted: str) -> bool:
    """Say whether a line stands for any number of lines."""
    return wanted.strip() == ANYTHING


def _is_like(wanted: str, line: str) -> bool:
    first, *others = _AROUND.split(wanted)
    if not others:
        return wanted == line
    *middle, last = others
    if not line.startswith(first) or len(line) < len(first) + len(last) or not line.endswith(last):
        return False
    at, end = len(first), len(line) - len(last)
    for piece in middle:
        found = line.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
