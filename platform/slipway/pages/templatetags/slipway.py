"""Tags and filters of Slipway's templates."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from slipway import sentences
from slipway.lessonfile.model import in_language
from slipway.pages import modules, snapshots, texts, words

register = template.Library()
register.filter("span", words.span)
register.filter("count", words.count)
register.filter("language_name", words.language_name)
register.filter("listed", words.listed)
register.filter("size", words.size)
register.filter("told", sentences.told)
register.filter("snapshot_title", snapshots.title)
register.filter("initials", lambda person: words.initials(str(person)))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return one of the symbols that stand at the top of every page."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#{}"/></svg>', name)


@register.simple_tag
def preload_modules(script: str) -> SafeString:
    """Return the links that have a browser fetch everything that a module imports at once, and not level by level."""
    addresses = ((static(path),) for path in modules.imported_by(script))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', addresses)


@register.simple_tag
def address(name: str, following: str = "") -> str:
    """Return a page's address that leads on to another one afterwards, for a link inside of a sentence."""
    return f"{reverse(name)}?{urlencode({'next': following})}" if following else reverse(name)


@register.filter
def say(text: Mapping[str, str], language: str) -> SafeString:
    """Return a text in a language as inline HTML."""
    return texts.html(text, language)


@register.simple_tag
def say_filled(text: Mapping[str, str], language: str, parameters: Mapping[str, str]) -> SafeString:
    """Return a text in a language as inline HTML, with an attempt's parameters."""
    return texts.html(text, language, parameters)


@register.filter
def plain(text: Mapping[str, str], language: str) -> str:
    """Return a text in a language as it was written, for titles and attributes."""
    return in_language(text, language).replace("`", "")


@register.filter
def clock(moment: datetime | None) -> str:
    """Return the time of day, with the date when it is not today's."""
    if moment is None:
        return ""
    return words.clock(timezone.localtime(moment), timezone.localtime())
