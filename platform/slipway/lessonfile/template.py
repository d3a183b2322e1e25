"""HTML with places for parameters: made once for a lesson, filled for each attempt. Pure: no Django, no IO."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from slipway.lessonfile.parameters import PLACE

# Serialised HTML has every attribute between double quotes.
_LINK = re.compile(r'(href="[^"]*")')


@dataclass(frozen=True, slots=True)
class Place:
    """Where a parameter's value goes: into text or an attribute, or into an address."""

    name: str
    in_address: bool


@dataclass(frozen=True, slots=True)
class Template:
    """Safe HTML in pieces, with places between them."""

    pieces: tuple[str | Place, ...]

    def fill(self, parameters: Mapping[str, str]) -> str:
        """Return the HTML with the values in their places, escaped for where they stand."""
        return "".join(piece if isinstance(piece, str) else _value(piece, parameters) for piece in self.pieces)


def _value(place: Place, parameters: Mapping[str, str]) -> str:
    value = parameters.get(place.name)
    if value is None:
        return escape(f"{{{{{place.name}}}}}")
    # A colon stays quoted too, so that no value can turn an address into another scheme.
    return quote(value, safe="") if place.in_address else escape(value)


class Places:
    """Stands in for parameters while a source is parsed, highlighted and cleaned.

    Each `{{name}}` becomes a word of letters and digits, which means nothing to Markdown, HTML or a highlighter. The
    word is random, so that no source can hold it.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._token = secrets.token_hex(8)
        self._words = {name: f"q{self._token}z{number}q" for number, name in enumerate(self._names)}
        self._word = re.compile(rf"q{self._token}z(\d+)q")

    def enter(self, source: str) -> str:
        """Return the source with words in the place of known parameters."""
        return PLACE.sub(lambda found: self._words.get(found[1], found[0]), source)

    def leave(self, html: str) -> Template:
        """Return finished HTML as a template."""
        pieces: list[str | Place] = []
        for number, part in enumerate(_LINK.split(html)):
            in_address = number % 2 == 1
            for position, piece in enumerate(self._word.split(part)):
                pieces.append(Place(self._names[int(piece)], in_address) if position % 2 else piece)
        return Template(tuple(piece for piece in pieces if piece != ""))
