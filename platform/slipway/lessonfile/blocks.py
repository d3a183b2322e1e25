"""Render the blocks that are ours: code, pictures, recordings, call-outs, tables. Pure: no Django, no IO.

What our own code writes (buttons, SVG) is kept aside while everything else is cleaned, and put back afterwards.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, cast

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from slipway.lessonfile import code, pictures, recordings
from slipway.lessonfile.clean import clean_inline
from slipway.lessonfile.labels import ENGLISH, Labels
from slipway.lessonfile.markdown import GLOSSARY_LINK, TAB, headings, reader
from slipway.lessonfile.model import Text, in_language

if TYPE_CHECKING:
    from markdown_it.renderer import RendererHTML

_TITLES: Mapping[str, Text] = {
    "note": {"en": "Note", "hi-Latn": "Dhyan dijiye"},
    "tip": {"en": "Tip", "hi-Latn": "Tip"},
    "warning": {"en": "Warning", "hi-Latn": "Saavdhan"},
    "exactly": {"en": "More exactly", "hi-Latn": "Aur theek se"},
}
_RULES = (
    "fence", "code_block", "image", "call_out_open", "call_out_close", "table_open", "table_close", "th_open",
    "td_open", "link_open", "term",
)  # fmt: skip
_ALIGN = re.compile(r"text-align:\s*(left|center|right)")
_HAS_STEPS = re.compile(r'<g\b[^>]* class="step[ "]')
_PICTURE = re.compile(r"pictures/([\w.-]+)\.svg")


def _steps(labels: Labels) -> str:
    """Return the buttons of a picture in steps. Without scripts all are seen at once, and the buttons are not."""
    button = '<button type="button" class="button plain small" data-step='
    return (
        f'<div class="steps"{labels.attribute}>{button}"-1">{labels.of("Back")}</button>'
        f'<span class="told"></span>{button}"1">{labels.of("Step through")}</button></div>'
    )


class Kept:
    """What is kept aside while one text is rendered, and what rendering it needs to know.

    The language stands in the ids that are made here: a page may hold texts of two.
    """

    def __init__(
        self,
        language: str,
        pictures_by_name: Mapping[str, str],
        recordings_by_name: Mapping[str, str],
        glossary: Mapping[str, Text],
        labels: Labels = ENGLISH,
    ) -> None:
        self.language = language
        self.labels = labels
        self.glossary = glossary
        # The footnotes' plugin puts this into their ids.
        self.environment: dict[str, Any] = {"docId": language}
        self._pictures = pictures_by_name
        self._recordings = recordings_by_name
        self._nonce = secrets.token_hex(8)
        self._html: list[str] = []
        self._links: list[str] = []
        self._place = re.compile(rf'<(div|span) data-kept="{self._nonce}-(\d+)"></\1>')

    def keep(self, html: str, element: str = "div") -> str:
        """Keep HTML aside; return the empty element that holds its place."""
        self._html.append(html)
        return f'<{element} data-kept="{self._nonce}-{len(self._html) - 1}"></{element}>'

    def put_back(self, html: str) -> str:
        """Return cleaned HTML with what was kept in its places; places that nobody of us made are dropped."""
        ours = re.sub(rf' data-kept="(?!{self._nonce}-)[^"]*"', "", html)
        linked = re.sub(rf"http://kept-{self._nonce}/(\d+)", lambda found: escape(self._links[int(found[1])]), ours)
        return self._place.sub(lambda found: self._html[int(found[2])], linked)

    def keep_link(self, address: str) -> str:
        """Return an address that stands for another one while the page is cleaned.

        A parameter as the port is no number yet, and the cleaner drops addresses that it cannot read.
        """
        if not address.startswith(("http://", "https://")):
            return address
        self._links.append(address)
        return f"http://kept-{self._nonce}/{len(self._links) - 1}"

    def picture(self, source: str, alternative: str) -> str:
        """Return a picture as inline SVG, in the page's language where it was drawn in it."""
        found = _PICTURE.fullmatch(source)
        name = found[1] if found else ""
        svg = self._pictures.get(f"{name}.{self.language}.svg") or self._pictures.get(f"{name}.svg")
        if svg is None:
            return f'<p class="missing">{escape(alternative)}</p>'
        # The count makes ids unique where one picture stands twice.
        return pictures.inline(svg, f"{name.replace('.', '-')}-{self.language}-{len(self._html)}-", alternative)

    def recording(self, source: str, alternative: str, caption: str) -> str:
        """Return a recording as a figure, in the page's language where it was made in it."""
        found = recordings.SOURCE.fullmatch(source)
        name = found[1].removesuffix(".cast") if found else ""
        own, plain = f"{name}.{self.language}.cast", f"{name}.cast"
        chosen = own if own in self._recordings else plain
        text = self._recordings.get(chosen, "")
        return recordings.figure(text, f"recordings/{chosen}", alternative, caption, self.labels)

    def term(self, words: str, meaning: str) -> str:
        """Keep aside a word that shows its meaning when it is pressed; `meaning` is safe HTML."""
        # The count makes ids unique where a term stands twice.
        name = f"term-{self.language}-{len(self._html)}"
        return self.keep(
            f'<button type="button" class="term" popovertarget="{name}">{escape(words)}</button>'
            f'<span class="meaning" id="{name}" popover role="note"><strong>{escape(words)}</strong> {meaning}</span>',
            "span",
        )

    def ids(self, tokens: Sequence[Token]) -> set[str]:
        """Return the ids that a page may have: its headings' and its footnotes'."""
        notes = self.environment.get("footnotes", {}).get("list", {})
        names = [f"-{self.language}-{number}" for number in range(1, len(notes) + 1)]
        references = {
            f"fnref{name}{again}" for name in names for again in ["", *(f":{count}" for count in range(1, 20))]
        }
        return {heading.id for heading in headings(tokens)} | {f"fn{name}" for name in names} | references


def renderer(kept: Kept) -> MarkdownIt:
    """Return the lessons' parser with rules that render our blocks."""
    markdown = reader()
    markdown.core.ruler.push("lone_pictures", _free_lone_pictures)
    markdown.core.ruler.push("terms", _take_terms)
    html = cast("RendererHTML", markdown.renderer)
    rules = _Rules(kept)
    html.rules.update({name: getattr(rules, name) for name in _RULES})
    return markdown


def _free_lone_pictures(state: StateCore) -> None:
    """Take the paragraph away around a picture that stands alone: a figure is a block of its own."""
    for index, token in enumerate(state.tokens[1:-1], start=1):
        children = token.children or []
        if token.type == "inline" and len(children) == 1 and children[0].type == "image":
            children[0].meta["alone"] = True
            for paragraph in (state.tokens[index - 1], state.tokens[index + 1]):
                paragraph.hidden = paragraph.type.startswith("paragraph_")


def _take_terms(state: StateCore) -> None:
    """Make one token of each link to a term of the glossary: its words as plain text, its id in `meta`."""
    for token in state.tokens:
        waiting = list(token.children or [])
        children: list[Token] = []
        while waiting:
            child = waiting.pop(0)
            address = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if address.startswith(GLOSSARY_LINK):
                words = ""
                while waiting and (inside := waiting.pop(0)).type != "link_close":
                    words += inside.content
                child = Token("term", "", 0, content=words, meta={"id": address.removeprefix(GLOSSARY_LINK)})
            children.append(child)
        if token.children:
            token.children = children


def _is_tab(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a tab ends or begins at this token."""
    token = tokens[index] if 0 <= index < len(tokens) else None
    return token is not None and token.type.startswith("call_out_") and token.meta["kind"] == TAB


class _Rules:
    """Rules in the shape that markdown-it calls: tokens, index, options, environment."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def fence(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        return self._kept.keep(code.figure(tokens[index].content, tokens[index].info, self._kept.labels))

    def code_block(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        return self._kept.keep(code.figure(tokens[index].content, "text", self._kept.labels))

    def image(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        token = tokens[index]
        source, caption = str(token.attrGet("src") or ""), str(token.attrGet("title") or "")
        is_alone = bool(token.meta.get("alone"))
        if recordings.is_recording(source):
            return self._kept.keep(self._kept.recording(source, token.content, caption)) if is_alone else ""
        picture = self._kept.picture(source, token.content)
        if not is_alone:
            return self._kept.keep(picture, "span")
        words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
        steps = _steps(self._kept.labels) if _HAS_STEPS.search(picture) else ""
        return self._kept.keep(f'<figure class="figure">{picture}{steps}{words}</figure>')

    def link_open(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        token = tokens[index]
        address = self._kept.keep_link(str(token.attrGet("href") or ""))
        title = token.attrGet("title")
        words = f' title="{escape(str(title))}"' if title else ""
        return f'<a href="{escape(address)}"{words}>'

    def term(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        token = tokens[index]
        meaning = in_language(self._kept.glossary.get(token.meta["id"], {}), self._kept.language)
        if not meaning:
            return escape(token.content)
        return self._kept.term(token.content, clean_inline(reader().renderInline(meaning)))

    def call_out_open(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        kind, title = tokens[index].meta["kind"], tokens[index].meta["title"]
        if kind == TAB:
            opening = "" if _is_tab(tokens, index - 1) else '<div class="leaves">\n'
            return f'{opening}<section class="leaf"><p class="leaf-title">{escape(title)}</p>\n'
        words = escape(title) or in_language(_TITLES[kind], self._kept.language)
        return f'<aside class="note note-{kind}"><p class="note-title">{words}</p>\n'

    def call_out_close(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        if tokens[index].meta["kind"] == TAB:
            return "</section>\n" if _is_tab(tokens, index + 1) else "</section>\n</div>\n"
        return "</aside>\n"

    def table_open(self, *_: object) -> str:
        return '<div class="table"><table>\n'

    def table_close(self, *_: object) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        token = tokens[index]
        found = _ALIGN.search(str(token.attrGet("style") or ""))
        align = f' data-align="{found[1]}"' if found else ""
        return f"<{token.tag}{align}>"

    td_open = th_open
