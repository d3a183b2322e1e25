"""What an event of the bus changes on an open lesson page, and how that is said to a screen reader."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from uuid import UUID

from django.utils.html import strip_tags
from django.utils.translation import gettext

from slipway.accounts.models import Interface, Language, User
from slipway.courses import selectors as courses
from slipway.courses.models import Lesson
from slipway.grading import selectors as grading
from slipway.grading.models import Attempt
from slipway.pages import selectors, workspace
from slipway.pages.cards import Card
from slipway.pages.fragments import Fragment, Renderer
from slipway.pages.machine import in_line
from slipway.pages.selectors import Fingerprint
from slipway.pages.workspace import Version, Workspace
from slipway.sandboxes import services as sandboxes
from slipway.sandboxes.admission import Outlook
from slipway.sandboxes.line import ABSENT_AFTER
from slipway.sentences import told

# A third of the time after which one who is not there loses the place.
STAYS_NOTED_EVERY = ABSENT_AFTER / 3
PLACE_TOLD_EVERY_SECONDS = 15.0


@dataclass(frozen=True)
class Update:
    """What goes to the page."""

    fragments: Sequence[Fragment] = ()
    say: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the message for the WebSocket."""
        return {"fragments": [fragment.as_json() for fragment in self.fragments], "say": self.say}


def find_page(
    user_id: int, course: str, lesson: str, csrf_token: str, interface: Interface = Interface.ENGLISH
) -> "LivePage | None":
    """Return the page of this person at this lesson, or None when there is no such lesson or nothing begun there."""
    user = User.objects.filter(id=user_id, is_active=True).first()
    row = courses.lesson_by_slug(course, lesson)
    if user is None or row is None:
        return None
    attempt = grading.open_attempt_of(learner=user, lesson=row)
    language = Language(user.language)
    return None if attempt is None else LivePage(user, row, attempt, csrf_token, language, interface)


@dataclass
class LivePage:
    """One open page of one learner. Every method reads the database anew.

    Events tell when to look and what is asked about; what is sent besides is all that differs from what was drawn, so
    that an event which was lost, as while Redis was away, costs nothing but time.
    """

    learner: User
    lesson: Lesson
    attempt: Attempt
    csrf_token: str
    language: Language
    interface: Interface
    _judged: str = field(default="", init=False)
    _told: str = field(default="", init=False)
    _seen: Fingerprint = field(default=Fingerprint((), ()), init=False)
    _machine_drawn: tuple[object, ...] = field(default=(), init=False)
    _drawn: dict[str, Version] = field(default_factory=dict, init=False)
    _view: Workspace | None = field(default=None, init=False)
    _told_place_at: float = field(default=0.0, init=False)

    @property
    def is_waiting(self) -> bool:
        """Tell whether the machine, as last seen, waits for its turn."""
        return self._view is not None and self._view.machine.is_waiting

    def since(self, seen: str) -> Update:
        """Return the machine's state, and the cards when they are others than those that the page was made with."""
        view = self._workspace()
        if view.digest != seen:
            return self._everything(view)
        self._drawn = view.versions()
        self._note(view)
        return self._update(view, machine=True)

    def missed(self) -> Update:
        """Return everything when something changed that no event told of."""
        if selectors.fingerprint(attempt=self.attempt) == self._seen:
            return Update()
        return self._after_start_over() if self._is_over() else self._everything(self._workspace())

    def machine(self) -> Update:
        """Return the machine's state."""
        view = self._workspace()
        return self._update(view, machine=True, say=self._note(view))

    def stay(self) -> Update:
        """Note that the learner is still there, which keeps the place in the line."""
        if self.is_waiting and self._view is not None:
            sandboxes.touch(sandbox_id=UUID(self._view.machine.sandbox_id), every=STAYS_NOTED_EVERY)
        return Update()

    def place(self, outlooks: Mapping[str, Sequence[float | None]]) -> Update:
        """Return the place in the line, out of everybody's; without a query."""
        if self._view is None or not self.is_waiting:
            return Update()
        shown = self._view.machine
        place, seconds = outlooks.get(shown.sandbox_id, (None, None))
        if place is None:
            return Update()
        self._view = replace(self._view, machine=in_line(shown, Outlook(int(place), seconds)))
        if self._view.machine == shown:
            return Update()
        return Update(Renderer(self._view, self.csrf_token).machine(), self._place_news())

    def _place_news(self) -> str:
        """Return what to say of the place; a screen reader that were told of each step would say nothing else."""
        if time.monotonic() - self._told_place_at < PLACE_TOLD_EVERY_SECONDS or self._view is None:
            return ""
        self._told_place_at = time.monotonic()
        return self._note(self._view)

    def changed_by(self, event: Mapping[str, Any]) -> Update:
        """Return what an event of the bus changed here; nothing when it is about another lesson."""
        if event["kind"] in {"sandbox", "snapshot"}:
            is_ours = event["course"] == self.lesson.course.slug and event["image"] == self.lesson.image
            return self.machine() if is_ours else Update()
        if str(event["attempt"]) != str(self.attempt.id):
            return self._after_start_over()
        if event["kind"] == "setup":
            return self.machine()
        if event["kind"] == "verdict":
            self._judged = event["run"]
            return self._verdict(event["exercises"], event["passed"])
        # The end of a run whose verdicts were just shown is no news.
        return Update() if event["run"] == self._judged and not event["failure"] else self._checked(event)

    def _is_over(self) -> bool:
        grading.refresh(attempt=self.attempt)
        return self.attempt.ended_at is not None

    def _after_start_over(self) -> Update:
        """Go over to a new attempt, begun in another tab."""
        attempt = grading.open_attempt_of(learner=self.learner, lesson=self.lesson)
        if attempt is None or attempt.id == self.attempt.id:
            return Update()
        self.attempt = attempt
        return self._everything(self._workspace())

    def _verdict(self, changed: Collection[str], passed: Collection[str]) -> Update:
        view = self._workspace(fresh=passed)
        return self._update(view, cards={*changed, *passed}, say=_verdict_words(view, changed, passed))

    def _checked(self, event: Mapping[str, Any]) -> Update:
        """Return the card that a check run is about, and those that waited for it when it failed."""
        view = self._workspace()
        failure = told(str(event["failure"]))
        asked = [event["exercise"]] if event["exercise"] else []
        return self._update(view, cards=[*asked, *(self._open(view) if failure else [])], say=failure)

    def _open(self, view: Workspace) -> list[str]:
        return [card.slug for card in view.cards if not card.is_passed]

    def _workspace(self, fresh: Collection[str] = ()) -> Workspace:
        # Taken first: what changes while the page is put together is then looked at again.
        self._seen = selectors.fingerprint(attempt=self.attempt)
        grading.refresh(attempt=self.attempt)
        self._view = workspace.for_learner(
            attempt=self.attempt, lesson=self.lesson, learner=self.learner, language=self.language, fresh=fresh
        )
        return self._view

    def _everything(self, view: Workspace) -> Update:
        self._note(view)
        return self._update(view, cards=[card.slug for card in view.cards], machine=True)

    def _update(
        self, view: Workspace, *, cards: Collection[str] | None = None, machine: bool = False, say: str = ""
    ) -> Update:
        """Return these cards with what sums them up, the machine if asked for, and all else that has news."""
        renderer = Renderer(view, self.csrf_token)
        now = view.versions()
        unheard = [slug for slug, then in self._drawn.items() if slug in now and now[slug].has_news_since(then)]
        drawn = dict.fromkeys([*(cards or ()), *unheard])
        self._drawn |= {slug: now[slug] for slug in drawn if slug in now}
        fragments = renderer.cards(drawn)
        if cards is not None or drawn:
            fragments += renderer.progress()
        if machine or self._seen.machine != self._machine_drawn:
            self._machine_drawn = self._seen.machine
            fragments += renderer.machine()
        return Update(fragments, say)

    def _note(self, view: Workspace) -> str:
        """Remember what is to be said of the machine, and return it when it is new."""
        news, known = view.machine.news, self._told
        self._told = news
        return "" if news == known else news


def _verdict_words(view: Workspace, changed: Collection[str], passed: Collection[str]) -> str:
    if passed:
        said = gettext("Exercise {number} passed.")
        done = [said.format(number=view.card(slug).number) for slug in passed if view.has(slug)]
        return " ".join([*done, _onward(view)])
    missed = [view.card(slug) for slug in changed if view.has(slug)]
    return _not_yet(missed[0]) if missed else ""


def _onward(view: Workspace) -> str:
    if not view.upcoming:
        return gettext("All exercises are passed.")
    return gettext("Next: exercise {number}.").format(number=view.card(view.upcoming).number)


def _not_yet(card: Card) -> str:
    failed = next((line for line in card.results if line.passed is False), None)
    if failed is None:
        return ""
    expected, observed = (unescape(strip_tags(side)) for side in (failed.expected, failed.observed))
    said = gettext("Exercise {number}, not yet: expected {expected}, observed {observed}.")
    return said.format(number=card.number, expected=expected, observed=observed)
