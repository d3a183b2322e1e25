"""The parts of a lesson's page that change while it is open, rendered by the templates that the page itself uses."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language

from slipway.pages.workspace import Workspace

_MACHINE_PLACES = ("state", "set-up", "status", "clock", "time", "move", "times", "tag")


@dataclass(frozen=True)
class Fragment:
    """New HTML for the element of this id."""

    target: str
    html: str

    def as_json(self) -> dict[str, object]:
        """Return what goes over the events' WebSocket."""
        return {"target": self.target, "html": self.html}


class Renderer:
    """Renders fragments of one workspace. `extra` marks those that a form's answer carries beside its own target."""

    def __init__(self, workspace: Workspace, csrf_token: str, *, extra: bool = False) -> None:
        self._workspace = workspace
        self._context = {
            "workspace": workspace,
            "language": workspace.wording.language,
            "course": workspace.lesson.course.slug,
            "lesson": workspace.lesson.slug,
            "interface": get_language(),
            "csrf_token": csrf_token,
            "is_extra": extra,
        }

    def cards(self, slugs: Iterable[str]) -> list[Fragment]:
        """Return the cards of these exercises."""
        return [self._card(slug) for slug in slugs if self._workspace.has(slug)]

    def foot(self, section: str) -> Fragment:
        """Return what the learner keeps beside a section."""
        context = {**self._context, "foot": self._workspace.foot(section)}
        return Fragment(f"foot-{section}", render_to_string("pages/section_foot.html", context))

    def contents(self) -> Fragment:
        """Return the table of contents."""
        return self._fragment("contents-list")

    def progress(self) -> list[Fragment]:
        """Return what sums up the cards: the marks in the header, the lines below terminal and lesson, the contents."""
        return [self._fragment("lesson-marks"), self._fragment("ended"), self._fragment("lesson-done"), self.contents()]

    def machine(self) -> list[Fragment]:
        """Return all places that name the machine's state, and its snapshots."""
        places = [f"machine-{place}" for place in _MACHINE_PLACES]
        return [self._fragment(place) for place in (*places, "snapshots")]

    def _card(self, slug: str) -> Fragment:
        context = {**self._context, "card": self._workspace.card(slug)}
        return Fragment(slug, render_to_string("pages/card.html", context))

    def _fragment(self, target: str) -> Fragment:
        return Fragment(target, render_to_string(f"pages/{target.replace('-', '_')}.html", self._context))
