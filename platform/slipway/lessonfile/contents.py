"""The sections of a lesson's text: what each is called on the page, and its words. Pure: no Django, no IO."""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from slipway.lessonfile.alignment import Alignment, align, completed
from slipway.lessonfile.markdown import headings, reader
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Lesson
from slipway.lessonfile.parameters import PLACE

# What stands before a lesson's first heading has no id.
INTRODUCTION = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of a text in one language: its id, its heading and its words, all as plain text."""

    id: str
    title: str
    body: str


def aligned(lesson: Lesson, language: str) -> Alignment:
    """Return a text of a lesson held against its English one."""
    ours, english = (reader().parse(lesson.sources[each]) for each in (language, DEFAULT_LANGUAGE))
    return align(ours, english, {exercise.id for exercise in lesson.exercises})


def name_headings(tokens: Sequence[Token], ids: Sequence[str]) -> None:
    """Give the headings of a parsed text these ids."""
    for heading, name in zip(headings(tokens), ids, strict=True):
        if name:
            tokens[heading.index].attrSet("id", name)


def passages(lesson: Lesson, language: str) -> list[Passage]:
    """Return the sections of a page with their words, as they are searched; parameters stand in it by name.

    Those that are not translated are in English, as on the page.
    """
    found = aligned(lesson, language)
    own = _passages(lesson.sources[language], found.ids)
    if not found.missing:
        return own
    return completed(own, passages(lesson, DEFAULT_LANGUAGE), found.missing, lambda passage: passage.id)


def _passages(source: str, ids: Sequence[str]) -> list[Passage]:
    tokens = reader().parse(source)
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
