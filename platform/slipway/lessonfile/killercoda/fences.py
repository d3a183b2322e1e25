"""Tell code from prose in Markdown, line by line. Pure: no Django, no IO."""

import re
from collections.abc import Iterable, Iterator

_FENCE = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})")


def told_apart(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is code: inside a fence, or the fence itself."""
    fence = ""
    for line in lines:
        found = _FENCE.match(line)
        yield line, bool(found or fence)
        if found:
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
