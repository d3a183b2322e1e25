"""Read a lesson's Markdown: CommonMark, tables, footnotes, call-outs, headings with ids. Pure: no Django, no IO."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

_RUN = re.compile(r"\s*sh(?:\s+\{terminal=([a-z0-9][a-z0-9-]{0,23})\})?\s*")
# A path may hold parameters, `{{name}}`.
_FILE = re.compile(r"\s*[A-Za-z0-9+#._-]{1,32}\s+\{file=((?:/[^/\s]{1,255}){1,40}?)(?:\s+line=([1-9][0-9]{0,5}))?\}\s*")
_HEADING_ID = re.compile(r"\{#([A-Za-z0-9_-]{1,64})\}$")
CALL_OUT = re.compile(r"\[!([A-Z-]+)\][ \t]*(.*)")
# Call-outs of this kind that follow each other are one of several ways, of which a reader chooses.
TAB = "tab"
CALL_OUTS = {"NOTE": "note", "TIP": "tip", "WARNING": "warning", "MORE-EXACTLY": "exactly", "TAB": TAB}
TITLE_LEVEL = 1
# A link that begins so leads to a term of the course's glossary.
GLOSSARY_LINK = "glossary:"
# An exercise's heading is one of these.
EXERCISE_LEVELS = (2, 3)
_MAX_NESTING = 20


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: its level, its id if it has one, its words as Markdown, its line from 1 and its first token."""

    level: int
    id: str
    text: str
    line: int
    index: int


@dataclass(frozen=True, slots=True)
class Section:
    """An exercise's section: its heading, and the first token that is no part of it."""

    heading: Heading
    end: int


def reader() -> MarkdownIt:
    """Return the parser that lint and renderer share."""
    markdown = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    markdown.use(footnote_plugin, inline=False)
    markdown.core.ruler.after("block", "heading_ids", _take_heading_ids)
    markdown.core.ruler.after("heading_ids", "call_outs", _make_call_outs)
    return markdown


def headings(tokens: Sequence[Token]) -> list[Heading]:
    """Return the headings outside of quotes and lists, in order."""
    found = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            line = (token.map or [0])[0] + 1
            text = tokens[index + 1].content
            found.append(Heading(int(token.tag[1:]), str(token.attrGet("id") or ""), text, line, index))
    return found


def sections(tokens: Sequence[Token], exercises: Collection[str]) -> list[Section]:
    """Return the sections of the exercises with these ids, in order; all else of a page stands between them.

    A section ends at the next heading of the same or a higher level, at another exercise, or at the footnotes.
    """
    found = headings(tokens)
    begins = [heading for heading in found if heading.level in EXERCISE_LEVELS and heading.id in exercises]
    starts = {heading.index for heading in begins}
    notes = next((at for at, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    sections = []
    for begin in begins:
        closing = (other.index for other in found if other.level <= begin.level or other.index in starts)
        sections.append(Section(begin, min((at for at in closing if at > begin.index), default=notes)))
    return sections


def pictures(tokens: Sequence[Token]) -> list[tuple[str, str, int]]:
    """Return source, text alternative and line of every picture."""
    found: list[tuple[str, str, int]] = []
    for token in tokens:
        line = (token.map or [0])[0] + 1
        found.extend(
            (str(child.attrGet("src") or ""), child.content, line)
            for child in token.children or []
            if child.type == "image"
        )
    return found


def is_run(info: str) -> bool:
    """Say whether a fence is run: by the page's Run button, and by `prove`. `info` is what stands behind the fence."""
    return _RUN.fullmatch(info) is not None


def terminal_of(info: str) -> str:
    """Return the name of the terminal that a fence is run in; empty for the one in front."""
    found = _RUN.fullmatch(info)
    return (found[1] or "") if found else ""


def file_of(info: str) -> tuple[str, int] | None:
    """Return the file that a fence is the text of, and the line that it begins at, 0 for where it is found."""
    found = _FILE.fullmatch(info)
    if found is None or {".", ".."} & set(found[1].split("/")):
        return None
    return found[1], int(found[2] or 0)


def words_and_id(heading: str) -> tuple[str, str]:
    """Return the words of a heading and its id, which is empty when it has none."""
    text = heading.rstrip()
    found = _HEADING_ID.search(text)
    return (text[: found.start()].rstrip(), found[1]) if found else (text, "")


def _take_heading_ids(state: StateCore) -> None:
    """Move `{#id}` from the end of a heading's words to its tag."""
    for index, token in enumerate(state.tokens):
        if token.type == "heading_open":
            words = state.tokens[index + 1]
            words.content, heading_id = words_and_id(words.content)
            if heading_id:
                token.attrSet("id", heading_id)


def _make_call_outs(state: StateCore) -> None:
    """Turn a quote whose first line is `[!KIND] Title` into a call-out; unknown kinds stay quotes."""
    tokens = state.tokens
    for index, token in enumerate(tokens[:-2]):
        if token.type != "blockquote_open" or tokens[index + 2].type != "inline":
            continue
        words = tokens[index + 2]
        first, _, rest = words.content.partition("\n")
        found = CALL_OUT.fullmatch(first)
        if found and found[1] in CALL_OUTS:
            closing = _closing(tokens, index)
            token.type, closing.type = "call_out_open", "call_out_close"
            token.meta = {"kind": CALL_OUTS[found[1]], "title": found[2].strip()}
            closing.meta = {"kind": CALL_OUTS[found[1]]}
            words.content = rest
            if not rest:
                tokens[index + 1].hidden = tokens[index + 3].hidden = True


def _closing(tokens: Sequence[Token], opening: int) -> Token:
    level = tokens[opening].level
    return next(t for t in tokens[opening:] if t.type == "blockquote_close" and t.level == level)
