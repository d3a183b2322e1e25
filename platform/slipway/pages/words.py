"""Pure: wording of texts, times and counts. No Django."""

from collections.abc import Sequence
from datetime import datetime

MEGABYTES_OF_A_GIGABYTE = 1000
# Below the first a number would be more exact than anybody knows; from the second on, minutes are told.
_A_FEW, _IN_SECONDS = 10, 51
LANGUAGE_NAMES = {"en": "English", "hi-Latn": "Hinglish"}


def span(minutes: int) -> str:
    """Return a length of time such as 25 min or 3 h 35 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def about(seconds: float) -> str:
    """Return a length of time that was estimated, no more exact than it is."""
    if seconds < _A_FEW:
        return "a few seconds"
    if seconds < _IN_SECONDS:
        return f"about {-(-int(seconds) // 10) * 10} seconds"
    minutes = round(seconds / 60)
    return "about a minute" if minutes <= 1 else f"about {span(minutes)}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as 1 lesson or 3 lessons."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def size(size_bytes: int) -> str:
    """Return what something takes on a disk, such as 31 MB or 1.2 GB."""
    megabytes = max(1, round(size_bytes / 1_000_000))
    return f"{megabytes} MB" if megabytes < MEGABYTES_OF_A_GIGABYTE else f"{megabytes / MEGABYTES_OF_A_GIGABYTE:.1f} GB"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence says them: A, B and C."""
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def clock(moment: datetime, now: datetime) -> str:
    """Return the time of day, with the date when it is not today's. Both are in the reader's zone."""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b %H:%M}"


def day(moment: datetime) -> str:
    """Return the date in the reader's zone, with its year."""
    return f"{moment.day} {moment:%B %Y}"


def initials(name: str) -> str:
    """Return one or two letters that stand for a person."""
    words = name.replace("-", " ").replace(".", " ").split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return name[:2].upper()
