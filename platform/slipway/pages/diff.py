"""A small diff of two short texts: the words in which they differ, marked. Pure but for Django's escaping."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Words, runs of blanks, and every other sign alone.
_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
# Texts that have less than this in common are two different ones, and marks would only be noise.
_LEAST_ALIKE = 0.3
_MOST_PIECES = 200


def marked(expected: str, observed: str) -> tuple[SafeString, SafeString]:
    """Return both as HTML, with `mark` around what the other one has not; unmarked when hardly anything is alike."""
    ours, theirs = _PIECE.findall(expected), _PIECE.findall(observed)
    if len(ours) + len(theirs) > _MOST_PIECES:
        return format_html("{}", expected), format_html("{}", observed)
    matcher = SequenceMatcher(a=ours, b=theirs, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return format_html("{}", expected), format_html("{}", observed)
    changes = matcher.get_opcodes()
    return (
        format_html_join("", "{}", ((_piece(ours[a:b], is_same=kind == "equal"),) for kind, a, b, _, _ in changes)),
        format_html_join("", "{}", ((_piece(theirs[c:d], is_same=kind == "equal"),) for kind, _, _, c, d in changes)),
    )


def _piece(words: list[str], *, is_same: bool) -> SafeString:
    text = "".join(words)
    return format_html("{}" if is_same or not text.strip() else "<mark>{}</mark>", text)
