"""What a person has chosen for every page: theme, languages, where the divider stands, and how terminals look."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from urllib.parse import parse_qs

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from slipway.accounts.models import Interface, Language

_YEAR_SECONDS = 60 * 60 * 24 * 365
_BOXES = {"copies": "copies", "asks": "asks", "flashes": "flashes", "leaves": "leaves", "is_read": "isRead"}
SPLIT_LEAST, SPLIT_MOST, SPLIT_DEFAULT = 28, 70, 47


class Theme(StrEnum):
    """How light the pages are."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"

    @property
    def label(self) -> str:
        """Return its name in the language of the page."""
        return gettext(_THEMES[self])

    @property
    def following(self) -> "Theme":
        """Return the theme that the button leads to."""
        themes = list(Theme)
        return themes[(themes.index(self) + 1) % len(themes)]


_THEMES = {Theme.SYSTEM: gettext_noop("system"), Theme.LIGHT: gettext_noop("light"), Theme.DARK: gettext_noop("dark")}


def theme_of(request: HttpRequest) -> Theme:
    """Return the theme kept in the cookie."""
    value = request.COOKIES.get("theme", "")
    return Theme(value) if value in set(Theme) else Theme.SYSTEM


def language_of(request: HttpRequest) -> Language:
    """Return the language of lessons: the person's own, or the cookie's for a stranger."""
    value = request.user.language if request.user.is_authenticated else request.COOKIES.get("language", "")
    return Language(value) if value in Language.values else Language.ENGLISH


def interface_of(request: HttpRequest) -> Interface:
    """Return the language of the pages: the person's own, else the cookie's, else what the browser asks for."""
    own = request.user.interface if request.user.is_authenticated else ""
    return Interface(own) if own in Interface.values else browsers_interface(request)


def browsers_interface(request: HttpRequest) -> Interface:
    """Return the language of the pages as far as the browser tells it: by its cookie, else by Accept-Language."""
    found = get_language_from_request(request)
    return Interface(found) if found in Interface.values else Interface.ENGLISH


def split_of(request: HttpRequest) -> int:
    """Return the lesson's share of the workspace, in percent."""
    value = request.COOKIES.get("split", "")
    percent = int(value) if re.fullmatch("[0-9]{1,3}", value) else SPLIT_DEFAULT
    return percent if SPLIT_LEAST <= percent <= SPLIT_MOST else SPLIT_DEFAULT


class Colours(TextChoices):
    """The colours of terminals, as static/js/terminal/look.js has them."""

    DARK = "dark", _("Dark")
    LIGHT = "light", _("Light")
    CONTRAST = "contrast", _("High contrast")


@dataclass(frozen=True, slots=True)
class TerminalLook:
    """How terminals look and behave; `size` is in pixels."""

    size: int = 14
    colours: Colours = Colours.DARK
    copies: bool = False
    asks: bool = True
    flashes: bool = True
    leaves: bool = True
    is_read: bool = False
    least: ClassVar[int] = 10
    most: ClassVar[int] = 28
    all_colours: ClassVar[tuple[Colours, ...]] = tuple(Colours)


def look_of(request: HttpRequest) -> TerminalLook:
    """Return the look of terminals from the page's cookie, a form as it is sent: without boxes that are off."""
    plain = TerminalLook()
    kept = {name: values[0] for name, values in parse_qs(request.COOKIES.get("terminal", "")[:200]).items()}
    size, colours = kept.get("size", ""), kept.get("colours", "")
    if not (size.isascii() and size.isdigit() and plain.least <= int(size[:3]) <= plain.most):
        return plain
    boxes = {name: kept.get(key) == "on" for name, key in _BOXES.items()}
    return TerminalLook(int(size[:3]), Colours(colours) if colours in Colours.values else plain.colours, **boxes)


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice in a cookie for a year."""
    response.set_cookie(name, value, max_age=_YEAR_SECONDS, samesite="Lax")
