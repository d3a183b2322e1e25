"""Sentences that are written where nobody knows who will read them, and told later in the reader's language.

Workers write them into rows, and code without Django raises them: in English, which is also what the catalogue calls
them by. `told` finds a sentence as it stands, or by its frame and what was put into it. What it does not know, such as
the words of an engine or of a learner's own program, stays as it is.
"""

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

SETUP_FAILED = gettext_noop("{step}: {said} Reset the machine and try again; if it happens again, tell your teacher.")
STEP_ENDED = gettext_noop("it ended with exit status {status}. {said}")
NOT_LOOKED_AT = gettext_noop("The machine could not be looked at: {said}")
FILES_MISSING = gettext_noop("The lesson's files are not there: {said}. Reset the machine and try again.")
MACHINE_FAILED = gettext_noop("The machine failed: {failure}")
NOT_SET_UP = gettext_noop("The machine was not set up: {failure}")
NOT_CHECKED = gettext_noop("The check could not look into the machine: {failure}")
NOT_DOCKER = gettext_noop(
    "Not Docker but {program} answers at /run/docker.sock."
    " Start Docker again (service docker restart), and check again."
)
OWN_SCRIPT = gettext_noop("{program} is a script of somebody's. Put the program back, and check again.")
PRELOADED = gettext_noop("/etc/ld.so.preload puts {library} under all programs. Remove that file, and check again.")

# Written by grading.observing and lessonfile.questions, which import nothing of Django's; a test compares them.
ELSEWHERE = (
    gettext_noop(
        "The machine could not be looked at (status {status}; {said}). Check again; if it stays so, reset the machine."
    ),
    gettext_noop("Two items have the same place. Give each its own."),
    gettext_noop("Choose one answer."),
    gettext_noop("Choose one answer: there is no `{name}`."),
    gettext_noop("Choose at least one answer."),
    gettext_noop("Choose at least one answer: there is no `{name}`."),
    gettext_noop("Give every item a place."),
    gettext_noop("Give every item a place: there is no `{name}`."),
    gettext_noop("Match every item."),
    gettext_noop("Match every item: there is no `{name}`."),
    gettext_noop("That answer is not among those on the card. Load the page again."),
    gettext_noop("Write a number in {unit}, such as `12`, with a point, no commas and at most 15 digits."),
    gettext_noop("`{typed}` is not a unit that goes here. Write the number in {unit}.{others}"),
)

# The one that begins with anything comes last.
_FRAMES = (
    NOT_LOOKED_AT, FILES_MISSING, MACHINE_FAILED, NOT_SET_UP, NOT_CHECKED, NOT_DOCKER, OWN_SCRIPT, PRELOADED,
    STEP_ENDED, *(sentence for sentence in ELSEWHERE if "{" in sentence), SETUP_FAILED,
)  # fmt: skip


def told(sentence: str) -> str:
    """Return a sentence in the language that is active, with what stands in its frame told in turn."""
    for frame in _FRAMES:
        if found := _pattern(frame).fullmatch(sentence):
            return gettext(frame).format(**{name: told(part) for name, part in found.groupdict().items()})
    return gettext(sentence) if sentence else ""


@cache
def _pattern(frame: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", frame)
    return re.compile(
        "".join(f"(?P<{piece}>.*?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)), re.DOTALL
    )
