"""Names that machines may reach: ``deb.example.org``, or ``*.example.org`` for all below it. Pure.

``COURSE.internal`` is what a learner's machine of a course is called in the learner's other ones. ICANN keeps this top
level for private uses.
"""

import re
from collections.abc import Collection

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter: so no number passes, in whichever form a resolver would take one for an address.
_NAME = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
ANY_BELOW = "*."
INTERNAL = "internal"


def is_pattern(text: object) -> bool:
    """Tell whether this may stand in a list of allowed names."""
    return isinstance(text, str) and bool(_NAME.fullmatch(text.removeprefix(ANY_BELOW)))


def plain(host: str) -> str | None:
    """Return a host's name as it is compared: lower-case, without the root's dot; None for what is no full name."""
    name = host.lower().removesuffix(".")
    return name if host.isascii() and _NAME.fullmatch(name) else None


def is_allowed(name: str, patterns: Collection[str]) -> bool:
    """Tell whether a plain name is one of the allowed ones, or lies below one."""
    if name in patterns:
        return True
    labels = name.split(".")
    return any(ANY_BELOW + ".".join(labels[number:]) in patterns for number in range(1, len(labels) - 1))


def course_of(name: str) -> str | None:
    """Return the course of a plain name COURSE.internal; None for every other name."""
    course, _, rest = name.partition(".")
    return course if rest == INTERNAL else None
