"""Fenced code in Markdown, line by line; the site's buttons stand behind it. Pure: no Django, no IO."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A button behind code: what it does, which may be nothing.
BUTTON = r"\{\{\s{0,9}([A-Za-z^][^{}]{0,200}|)\}\}"
LIST_MARK = r"(?:[-*+]|\d{1,9}[.)])\s+"
# Backticks with others behind them on the same line are code within a sentence.
_OPENING = re.compile(rf"(?P<indent>\s*(?:{LIST_MARK})?)(?P<mark>`{{3,}}(?=[^`]*$)|~{{3,}})(?P<info>.*)$")
_BEHIND = re.compile(rf"(?:{BUTTON})?[{{}}\s]*")


@dataclass(frozen=True, slots=True)
class Fence:
    """The line that opens code: what stands before it, its mark, and the words behind that."""

    indent: str
    mark: str
    info: str

    def ends_at(self, line: str) -> bool:
        """Say whether a line closes the code."""
        text = line.strip()
        behind = text.lstrip(self.mark[0])
        return len(text) - len(behind) >= len(self.mark) and bool(_BEHIND.fullmatch(behind.lstrip()))


def opened_by(line: str) -> Fence | None:
    """Return the fence that a line outside of code opens."""
    found = _OPENING.match(line)
    return Fence(found["indent"], found["mark"], found["info"]) if found else None


def told_apart(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is code: inside a fence, or the fence itself."""
    fence: Fence | None = None
    for line in lines:
        begins = opened_by(line) if fence is None else None
        yield line, bool(fence or begins)
        if fence and fence.ends_at(line):
            fence = None
        fence = fence or begins
