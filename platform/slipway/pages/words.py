"""Wording of texts, times and counts in the language that is active. No queries."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, ngettext

MEGABYTES_OF_A_GIGABYTE = 1000
# Below the first a number would be more exact than anybody knows; from the second on, minutes are told.
_A_FEW, _IN_SECONDS = 10, 51
LANGUAGE_NAMES = {"en": gettext_noop("English"), "hi-Latn": gettext_noop("Hinglish")}
_COUNTED: dict[str, Callable[[int], str]] = {
    "check": lambda n: ngettext("{number} check", "{number} checks", n),
    "exercise": lambda n: ngettext("{number} exercise", "{number} exercises", n),
    "hint": lambda n: ngettext("{number} hint", "{number} hints", n),
    "learner": lambda n: ngettext("{number} learner", "{number} learners", n),
    "lesson": lambda n: ngettext("{number} lesson", "{number} lessons", n),
    "point": lambda n: ngettext("{number} point", "{number} points", n),
    "section": lambda n: ngettext("{number} section", "{number} sections", n),
    "try": lambda n: ngettext("{number} try", "{number} tries", n),
}


def language_name(tag: str) -> str:
    """Return what a language of lessons is called here."""
    return gettext(LANGUAGE_NAMES[tag])


def span(minutes: int) -> str:
    """Return a length of time such as 25 min or 3 h 35 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("{minutes} min").format(minutes=rest)
    words = gettext("{hours} h {minutes} min") if rest else gettext("{hours} h")
    return words.format(hours=hours, minutes=rest)


def about(seconds: float) -> str:
    """Return a length of time that was estimated, no more exact than it is."""
    if seconds < _A_FEW:
        return gettext("a few seconds")
    if seconds < _IN_SECONDS:
        return gettext("about {seconds} seconds").format(seconds=-(-int(seconds) // 10) * 10)
    minutes = round(seconds / 60)
    return gettext("about a minute") if minutes <= 1 else gettext("about {time}").format(time=span(minutes))


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as 1 lesson or 3 lessons."""
    return _COUNTED[noun](number).format(number=number)


def size(size_bytes: int) -> str:
    """Return what something takes on a disk, such as 31 MB or 1.2 GB."""
    megabytes = max(1, round(size_bytes / 1_000_000))
    return f"{megabytes} MB" if megabytes < MEGABYTES_OF_A_GIGABYTE else f"{megabytes / MEGABYTES_OF_A_GIGABYTE:.1f} GB"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence says them: A, B and C."""
    *most, last = names or [""]
    return gettext("{most} and {last}").format(most=", ".join(most), last=last) if most else last


def clock(moment: datetime, now: datetime) -> str:
    """Return the time of day, with the date when it is not today's. Both are in the reader's zone."""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return date_format(moment, "j M H:i")


def day(moment: datetime) -> str:
    """Return the date in the reader's zone, with its year."""
    return date_format(moment, "j F Y")


def initials(name: str) -> str:
    """Return one or two letters that stand for a person."""
    words = name.replace("-", " ").replace(".", " ").split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return name[:2].upper()
