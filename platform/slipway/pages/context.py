"""What every template may use."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import get_language

from slipway.accounts import preferences
from slipway.accounts import selectors as people
from slipway.accounts.models import Interface, Language


def page(request: HttpRequest) -> dict[str, object]:
    """Return the variables that the shared parts of pages need."""
    return {
        "theme": preferences.theme_of(request),
        "language": preferences.language_of(request),
        "themes": list(preferences.Theme),
        "languages": list(Language),
        "interface": get_language(),
        "interfaces": list(Interface),
        "may_grade": _may_grade(request),
    }


def _may_grade(request: HttpRequest) -> Callable[[], bool]:
    """Return a question that costs its query only where a template asks it."""
    return lambda: request.user.is_authenticated and people.may_grade_any(user=request.user)
