"""Make HTML harmless: only known elements, attributes, classes and addresses are left. Pure: no Django, no IO."""

from collections.abc import Set as AbstractSet

import nh3

_INLINE = {
    "a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small",
    "span", "strong", "sub", "sup", "u", "var",
}  # fmt: skip
_BLOCK = {
    "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h2", "h3", "h4",
    "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "lang"},
    "a": {"href", "title", "id"},
    "abbr": {"title"},
    "div": {"data-kept"},
    "ol": {"start"},
    "span": {"data-kept"},
    "td": {"colspan", "rowspan", "data-align"},
    "th": {"colspan", "rowspan", "data-align", "scope"},
}
_CLASSES = {
    "a": {"footnote-backref"},
    "aside": {"note", "note-note", "note-tip", "note-warning", "note-exactly"},
    "div": {"leaves", "table"},
    "hr": {"footnotes-sep"},
    "li": {"footnote-item"},
    "ol": {"footnotes-list"},
    "p": {"leaf-title", "note-title"},
    "section": {"footnotes", "leaf"},
    "sup": {"footnote-ref"},
}
_SCHEMES = {"http", "https", "mailto"}


def clean(html: str, ids: AbstractSet[str]) -> str:
    """Return blocks of HTML without anything that acts; of ids only these are left."""

    def keep(_: str, attribute: str, value: str) -> str | None:
        return None if attribute == "id" and value not in ids else value

    return nh3.clean(
        html,
        tags=_INLINE | _BLOCK,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=keep,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


def clean_inline(html: str) -> str:
    """Return a line of HTML without anything that acts, ids and blocks left out."""
    return nh3.clean(
        html,
        tags=_INLINE,
        attributes={"a": {"href", "title"}, "abbr": {"title"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
