"""Short texts of lessons as HTML, each made once for as long as it is asked for. No queries."""

from collections.abc import Mapping
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from slipway.lessonfile.model import DEFAULT_LANGUAGE, Text, in_language
from slipway.lessonfile.render import text_html

# A lesson has a few dozen; what is dropped is only made again.
_KEPT = 4096


def html(text: Text, language: str, parameters: Mapping[str, str] | None = None) -> SafeString:
    """Return a short text in a language as inline HTML, marked as such where the page speaks another one."""
    shown = _html(in_language(text, language), tuple((parameters or {}).items()))
    spoken = language if text.get(language) else DEFAULT_LANGUAGE
    if not shown or spoken == get_language():
        return shown
    return format_html('<span lang="{}">{}</span>', spoken, shown)


@lru_cache(maxsize=_KEPT)
def _html(source: str, parameters: tuple[tuple[str, str], ...]) -> SafeString:
    shown = text_html({DEFAULT_LANGUAGE: source}, DEFAULT_LANGUAGE, dict(parameters))
    return mark_safe(shown)  # noqa: S308  (lessonfile escapes and sanitises what it returns)
