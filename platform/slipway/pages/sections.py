"""The sections of a lesson's page: its table of contents, and what its learner keeps beside each. No queries."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from slipway.lessonfile.render import RenderedLesson
from slipway.pages.cards import Card
from slipway.study.models import MAX_NOTE
from slipway.study.selectors import Kept


@dataclass(frozen=True)
class Foot:
    """What stands below a section: the learner's note, and whether it was read. An exercise is done, and not read.

    `most` is how many characters a note may have.
    """

    id: str
    note: str
    is_read: bool
    is_exercise: bool
    most: int = MAX_NOTE


@dataclass(frozen=True)
class Line:
    """One line of the table of contents."""

    id: str
    level: int
    language: str
    title: SafeString
    card: Card | None
    is_read: bool
    has_note: bool

    @property
    def state(self) -> str:
        """Return in a word how far the learner is with it."""
        if self.card is not None:
            return self.card.tag
        return gettext("Read") if self.is_read else ""


def foot(section: str, kept: Kept, *, is_exercise: bool) -> Foot:
    """Return what stands below a section."""
    return Foot(section, kept.notes.get(section, ""), section in kept.read, is_exercise)


def contents(rendered: RenderedLesson, cards: dict[str, Card], kept: Kept) -> Iterator[Line]:
    """Yield the table of contents from top to bottom."""
    for line in rendered.contents:
        title = mark_safe(line.title)  # noqa: S308  (lessonfile sanitises)
        read, noted = line.id in kept.read, bool(kept.notes.get(line.id))
        yield Line(line.id, line.level, line.language, title, cards.get(line.id), read, noted)
