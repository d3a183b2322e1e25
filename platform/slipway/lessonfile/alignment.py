"""Which section of a translation is which of the English text, and which are not translated. Pure: no Django, no IO.

Sections with an id are known by it. Those without stand between two with one, and are matched by their places there:
all of them, or none of them. A heading without an id of its own gets one of its English words, so that a section has
the same in every language; a translation may name it by that.
"""

import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from markdown_it.token import Token

from slipway.lessonfile.markdown import Heading, headings, reader, sections
from slipway.lessonfile.parameters import PLACE

# Headings of these levels begin sections.
LEVELS = (2, 3)
# Before an id that was made of words, so that none is an exercise's.
MADE = "s-"
MAX_ID = 64
# As the parser counts lines.
_LINE_END = re.compile(r"\r\n?|\n")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a heading stands: the exercise inside whose section it is, or behind which section that both texts have."""

    card: str
    behind: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Headings without an id that are fewer or more than the English ones at their place.

    `line` is that of the first of them, `count` how many they are; `ids` are those of the English ones.
    """

    line: int
    count: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """A text held against the English one.

    `ids` has an id for each heading of the text, empty for the title and for those that begin nothing. `missing` are
    the ids of all English headings in sections that the text leaves out.
    """

    ids: tuple[str, ...]
    missing: frozenset[str]
    unclear: tuple[Unclear, ...]


def align(ours: Sequence[Token], english: Sequence[Token], exercises: Collection[str]) -> Alignment:
    """Hold a text against the English one; both are the tokens that `markdown.reader()` gives.

    What stands inside of an exercise's section is a part of it, and never missing alone.
    """
    own, theirs = headings(ours), headings(english)
    named = list(made_ids(theirs))
    shared = {heading.id for heading in own} & {*named} - {""}
    there = _runs(theirs, named, _cards(english, exercises), shared)
    found: dict[int, str] = {}
    unclear: list[Unclear] = []
    for place, run in _runs(own, [heading.id for heading in own], _cards(ours, exercises), shared).items():
        others = there.get(place, [])
        if [own[at].level for at in run] == [theirs[at].level for at in others]:
            found |= {at: named[other] for at, other in zip(run, others, strict=True)}
        elif not place.card:
            unclear.append(Unclear(own[run[0]].line, len(run), tuple(named[other] for other in others)))
    made = list(made_ids(own, taken=named))
    ids = tuple(heading.id or found.get(at, made[at]) for at, heading in enumerate(own))
    return Alignment(ids, _missing(theirs, named, _cards(english, exercises), {*ids}), tuple(unclear))


def _missing(
    found: Sequence[Heading], ids: Sequence[str], cards: Mapping[int, str], have: Collection[str]
) -> frozenset[str]:
    missing = set()
    is_missing = False
    for heading, name in zip(found, ids, strict=True):
        if heading.level <= max(LEVELS) and not cards[heading.index]:
            is_missing = heading.level in LEVELS and name not in have
        if is_missing and name:
            missing.add(name)
    return frozenset(missing)


def made_ids(found: Sequence[Heading], taken: Collection[str] = ()) -> Iterator[str]:
    """Yield the id of each heading: its own, else one of its words that no other heading has and is not taken."""
    used = {*taken, *(heading.id for heading in found)}
    for heading in found:
        if heading.level not in LEVELS:
            yield heading.id
            continue
        words = "-".join(re.findall(r"[a-z0-9]+", PLACE.sub("", heading.text).lower()))
        name = plain = f"{MADE}{words}"[: MAX_ID - 4].rstrip("-")
        count = 1
        while name in used:
            count += 1
            name = f"{plain}-{count}"
        used.add(name)
        yield heading.id or name


def completed(
    own: Sequence[_T], english: Sequence[_T], missing: Collection[str], name: Callable[[_T], str]
) -> list[_T]:
    """Return what a text has with what is missing from the English one put in, each before what follows it there."""
    result = list(own)
    following = len(result)
    for each in reversed(english):
        if name(each) in missing:
            result.insert(following, each)
        elif name(each):
            following = next((at for at, one in enumerate(result) if name(one) == name(each)), following)
    return result


def lines_of(tokens: Sequence[Token], ids: Sequence[str], wanted: Collection[str]) -> list[range]:
    """Return the lines, from 1, of the sections whose headings have the wanted ids; the last has no end."""
    begins = [
        (heading.line, name)
        for heading, name in zip(headings(tokens), ids, strict=True)
        if heading.level <= max(LEVELS)
    ]
    ends = [*(line for line, _ in begins[1:]), sys.maxsize]
    # A text without headings has no begin for the last end.
    return [range(begin, end) for (begin, name), end in zip(begins, ends, strict=False) if name in wanted]


def only(source: str, ids: Sequence[str], wanted: Collection[str]) -> str:
    """Return a text with nothing left but all headings, the wanted sections, and what these may refer to."""
    environment: dict[str, Any] = {}
    tokens = reader().parse(source, environment)
    notes = next((at for at, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    titles = [token for token in tokens if token.type == "heading_open" and token.level == 0]
    others = [token.map for token in (*titles, *tokens[notes:]) if token.map]
    others += [reference["map"] for reference in environment.get("references", {}).values()]
    kept = [*lines_of(tokens, ids, wanted), *(range(begin + 1, end + 1) for begin, end in others)]
    lines = enumerate(_LINE_END.split(source), start=1)
    return "\n".join(line if any(at in span for span in kept) else "" for at, line in lines)


def _cards(tokens: Sequence[Token], exercises: Collection[str]) -> dict[int, str]:
    """Return for each heading, by its first token, the exercise inside whose section it stands, or nothing."""
    inside = {heading.index: "" for heading in headings(tokens)}
    for section in sections(tokens, exercises):
        for index in inside:
            if section.heading.index < index < section.end:
                inside[index] = section.heading.id
    return inside


def _runs(
    found: Sequence[Heading], ids: Sequence[str], cards: Mapping[int, str], shared: Collection[str]
) -> dict[Place, list[int]]:
    """Return the headings without an id of their own, by number, as they stand between those that both texts have."""
    runs: dict[Place, list[int]] = {}
    behind = ""
    for at, heading in enumerate(found):
        if heading.level not in LEVELS:
            continue
        if ids[at] in shared:
            behind = ids[at]
        elif not heading.id:
            card = cards[heading.index]
            runs.setdefault(Place(card, "" if card else behind), []).append(at)
    return runs
