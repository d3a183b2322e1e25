"""The sections of a lesson's text: what each is called on the page, and its words. Pure: no Django, no IO.

A heading without an id of its own gets one from its English words, so that a section has the same in every language.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from slipway.lessonfile.markdown import Heading, headings, reader
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Lesson
from slipway.lessonfile.parameters import PLACE

LEVELS = (2, 3)
# Before an id that was made of words, so that none is an exercise's.
MADE = "s-"
MAX_ID = 64
# What stands before a lesson's first heading has no id.
INTRODUCTION = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of a text in one language: its id, its heading and its words, all as plain text."""

    id: str
    title: str
    body: str


def heading_ids(lesson: Lesson, language: str) -> tuple[str, ...]:
    """Return an id for each heading of a text, in order; empty for the title and for headings that divide nothing."""
    ours = headings(reader().parse(lesson.sources[language]))
    theirs = headings(reader().parse(lesson.sources[DEFAULT_LANGUAGE]))
    # A translation has the same sections; where it has not, they are known by their own words.
    named = theirs if [each.level for each in theirs] == [each.level for each in ours] else ours
    made = _made_ids(named)
    return tuple(own.id or name for own, name in zip(ours, made, strict=True))


def _made_ids(found: Iterable[Heading]) -> Iterator[str]:
    taken: Counter[str] = Counter()
    for heading in found:
        if heading.level not in LEVELS:
            yield ""
            continue
        words = "-".join(re.findall(r"[a-z0-9]+", PLACE.sub("", heading.text).lower()))
        name = f"{MADE}{words}"[: MAX_ID - 4].rstrip("-")
        taken[name] += 1
        yield heading.id or (name if taken[name] == 1 else f"{name}-{taken[name]}")


def name_headings(tokens: Sequence[Token], ids: Sequence[str]) -> None:
    """Give the headings of a parsed text these ids."""
    for heading, name in zip(headings(tokens), ids, strict=True):
        if name:
            tokens[heading.index].attrSet("id", name)


def passages(lesson: Lesson, language: str) -> list[Passage]:
    """Return the sections of a text with their words, as they are searched; parameters stand in it by name."""
    tokens = reader().parse(lesson.sources[language])
    ids = heading_ids(lesson, language)
    begins = {heading.index: (name, heading.text) for heading, name in zip(headings(tokens), ids, strict=True) if name}
    found: list[tuple[str, str, list[str]]] = [(INTRODUCTION, "", [])]
    skipped = {heading.index + 1 for heading in headings(tokens)}
    for index, token in enumerate(tokens):
        if index in begins:
            found.append((*begins[index], []))
        elif index not in skipped and (words := _words_of(token)):
            found[-1][2].append(words)
    plain = [Passage(name, _plain(title), _named(" ".join(" ".join(words).split()))) for name, title, words in found]
    return [passage for passage in plain if passage.title or passage.body]


def _plain(title: str) -> str:
    return _named(" ".join(_words_of(token) for token in reader().parse(title)).strip())


def _words_of(token: Token) -> str:
    if token.type in {"fence", "code_block"}:
        return token.content
    return "".join(_inline(child) for child in token.children or [])


def _inline(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "code_inline", "image"} else ""


def _named(text: str) -> str:
    return PLACE.sub(lambda found: f"{{{found[1]}}}", text)
