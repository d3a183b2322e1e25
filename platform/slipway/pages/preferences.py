"""What a person has chosen for every page: theme, language and where the divider stands."""

from enum import StrEnum

from django.http import HttpRequest, HttpResponse

from slipway.accounts.models import Language

_YEAR_SECONDS = 60 * 60 * 24 * 365
SPLIT_LEAST, SPLIT_MOST, SPLIT_DEFAULT = 28, 70, 47


class Theme(StrEnum):
    """How light the pages are."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"

    @property
    def following(self) -> "Theme":
        """Return the theme that the button leads to."""
        themes = list(Theme)
        return themes[(themes.index(self) + 1) % len(themes)]


def theme_of(request: HttpRequest) -> Theme:
    """Return the theme kept in the cookie."""
    value = request.COOKIES.get("theme", "")
    return Theme(value) if value in set(Theme) else Theme.SYSTEM


def language_of(request: HttpRequest) -> Language:
    """Return the language of lessons: the person's own, or the cookie's for a stranger."""
    value = request.user.language if request.user.is_authenticated else request.COOKIES.get("language", "")
    return Language(value) if value in Language.values else Language.ENGLISH


def split_of(request: HttpRequest) -> int:
    """Return the lesson's share of the workspace, in percent."""
    value = request.COOKIES.get("split", "")
    percent = int(value) if value.isascii() and value.isdigit() else SPLIT_DEFAULT
    return percent if SPLIT_LEAST <= percent <= SPLIT_MOST else SPLIT_DEFAULT


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice in a cookie for a year."""
    response.set_cookie(name, value, max_age=_YEAR_SECONDS, samesite="Lax")
