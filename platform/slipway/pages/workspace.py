"""A lesson's page: its text, the cards in their places, the marks, the machine and the line below the terminal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from slipway.accounts.models import User
from slipway.courses import selectors as courses
from slipway.courses.models import Lesson
from slipway.grading import selectors as grading
from slipway.grading.models import Attempt, Command, Verdict
from slipway.grading.selectors import ExerciseState, LessonState
from slipway.lessonfile import model
from slipway.lessonfile.render import ExercisePart, RenderedLesson
from slipway.pages import machine, sections, snapshots
from slipway.pages.cards import Card, build, preview
from slipway.pages.labels import labels
from slipway.pages.machine import MachineView
from slipway.pages.sections import Foot, Line
from slipway.pages.snapshots import NO_SNAPSHOTS, SnapshotLine, SnapshotsView
from slipway.pages.wording import EMPTY, Wording
from slipway.sandboxes import selectors as sandboxes
from slipway.study import selectors as study
from slipway.study.selectors import Kept


@dataclass(frozen=True)
class Part:
    """A stretch of the lesson: prose, or the card of an exercise. `section` is the id of the section that it is."""

    language: str
    section: str
    html: SafeString = EMPTY
    card: Card | None = None
    foot: Foot | None = None


@dataclass(frozen=True)
class Ended:
    """The line below the terminal: the command that ended last and what it did for the exercise."""

    command: str
    exit_status: int
    outcome: str
    passed: bool


@dataclass(frozen=True)
class Version:
    """Which state of an exercise a card was drawn from."""

    status: str
    verdict: int | None
    is_busy: bool
    start: SnapshotLine | None = None

    @property
    def drawn_from(self) -> tuple[str, int | None, bool, int | None]:
        """Return the same in whatever language it is shown."""
        return str(self.status), self.verdict, self.is_busy, self.start.id if self.start else None

    def has_news_since(self, drawn: "Version") -> bool:
        """Tell whether a card that was drawn then must be drawn again. That a check has begun is no news by itself."""
        is_same = (self.status, self.verdict, self.start) == (drawn.status, drawn.verdict, drawn.start)
        return not is_same or (drawn.is_busy and not self.is_busy)


@dataclass(frozen=True)
class Workspace:
    """One person's view of one lesson. Without an attempt it is a stranger's: only to read."""

    lesson: Lesson
    content: model.Lesson
    rendered: RenderedLesson
    wording: Wording
    attempt: Attempt | None
    state: LessonState | None
    machine: MachineView
    fresh: frozenset[str]
    snapshots: SnapshotsView

    @property
    def parts(self) -> Iterator[Part]:
        """Return the lesson from top to bottom."""
        for part in self.rendered.parts:
            if isinstance(part, ExercisePart):
                slug = part.exercise_id
                yield Part(part.language, slug, card=self.card(slug), foot=self.foot(slug))
            else:
                html = mark_safe(part.html)  # noqa: S308  (lessonfile sanitises)
                yield Part(part.language, part.section, html, foot=self.foot(part.section))

    @cached_property
    def kept(self) -> Kept | None:
        """Return what the learner keeps beside the lesson."""
        return None if self.attempt is None else study.kept(learner=self.attempt.learner, lesson=self.lesson)

    def foot(self, section: str) -> Foot | None:
        """Return what stands below a section, for who may keep something there."""
        if self.kept is None or not section:
            return None
        return sections.foot(section, self.kept, is_exercise=section in self._texts)

    @property
    def contents(self) -> list[Line]:
        """Return the table of contents."""
        cards = {card.slug: card for card in self.cards}
        return list(sections.contents(self.rendered, cards, self.kept or Kept({}, frozenset(), "")))

    @property
    def cards(self) -> list[Card]:
        """Return the cards of all exercises in the lesson's order."""
        return [self.card(slug) for slug in self._texts]

    @cached_property
    def _built(self) -> dict[str, Card]:
        return {}

    def card(self, slug: str) -> Card:
        """Return the card of one exercise; built when it is first asked for."""
        if slug not in self._built:
            self._built[slug] = self._build(slug)
        return self._built[slug]

    def versions(self) -> dict[str, Version]:
        """Return the state that each exercise's card is drawn from."""
        return {slug: self._version(slug, state) for slug, state in self._states.items()}

    @property
    def digest(self) -> str:
        """Return what is different for a page whose cards were drawn from other states.

        It goes through an address, so it is a hash: logs of proxies shall not hold the attempt's id.
        """
        drawn = [(slug, *each.drawn_from) for slug, each in self.versions().items()]
        return sha256(f"{self.attempt and self.attempt.id} {drawn}".encode()).hexdigest()

    def _version(self, slug: str, state: ExerciseState) -> Version:
        verdict = state.verdict.id if state.verdict else None
        return Version(state.progress.status, verdict, state.is_checking, self.snapshots.starts.get(slug))

    def has(self, slug: str) -> bool:
        """Tell whether the lesson has this exercise."""
        return slug in self._texts

    @property
    def title(self) -> SafeString:
        """Return the lesson's title."""
        return mark_safe(self.rendered.title)  # noqa: S308  (lessonfile sanitises)

    @property
    def passed(self) -> int:
        """Return how many exercises are passed."""
        return sum(_is_passed(state) for state in self._states.values())

    @property
    def is_done(self) -> bool:
        """Tell whether every exercise is passed."""
        return 0 < len(self._texts) == self.passed

    @cached_property
    def upcoming(self) -> str | None:
        """Return the exercise to go on with."""
        open_ones = (slug for slug, state in self._states.items() if not _is_passed(state) and not _is_skipped(state))
        return next(open_ones, None)

    @cached_property
    def ended(self) -> Ended | None:
        """Return the command that ended last."""
        if self.attempt is None:
            return None
        command = Command.objects.filter(attempt=self.attempt).order_by("-ended_at", "-offset").first()
        return None if command is None else self._ended(command)

    def _ended(self, command: Command) -> Ended:
        passed = set(Verdict.objects.filter(run__command=command, passed=True).values_list("exercise_id", flat=True))
        passing = [slug for slug, state in self._states.items() if state.exercise.id in passed]
        if passing:
            outcome = gettext("exercise {number} passed").format(number=self._texts[passing[-1]].number)
        elif self.upcoming is None:
            outcome = gettext("all exercises passed")
        else:
            outcome = _holding(self._states[self.upcoming], self._texts[self.upcoming].number)
        return Ended(command.text, command.exit_status, outcome, passed=bool(passing))

    @cached_property
    def _texts(self) -> dict[str, ExercisePart]:
        return {part.exercise_id: part for part in self.rendered.parts if isinstance(part, ExercisePart)}

    @cached_property
    def _states(self) -> dict[str, ExerciseState]:
        found = self.state.exercises if self.state is not None else []
        return {state.exercise.slug: state for state in found if state.exercise.slug in self._texts}

    def _build(self, slug: str) -> Card:
        state = self._states.get(slug)
        if state is None:
            return preview(self._texts[slug])
        content = self.content.exercise(slug)
        card = build(self._texts[slug], content, state, self.wording, self.content)
        start = self.snapshots.starts.get(slug)
        return replace(card, is_next=slug == self.upcoming, is_fresh=slug in self.fresh, start=start)


def for_stranger(*, lesson: Lesson, language: str) -> Workspace:
    """Return the page of somebody who is not signed in: names stand where an attempt has values."""
    content = courses.lesson_content(lesson)
    wording = Wording(language, {name: f"<{name}>" for name in content.parameter_names})
    rendered = courses.lesson_template(lesson, language, labels()).fill(wording.parameters)
    return Workspace(lesson, content, rendered, wording, None, None, machine.stranger(), frozenset(), NO_SNAPSHOTS)


def for_learner(
    *, attempt: Attempt, lesson: Lesson, learner: User, language: str, fresh: Iterable[str] = ()
) -> Workspace:
    """Return the page of a learner; exercises in `fresh` were passed this moment."""
    content = courses.lesson_content(lesson)
    wording = Wording(language, attempt.parameters)
    rendered = courses.lesson_template(lesson, language, labels()).fill(wording.parameters)
    state = grading.lesson_state(attempt=attempt)
    sandbox = sandboxes.sandbox_for(user=learner, course=lesson.course.slug, image=lesson.image)
    found = sandboxes.machine_state(sandbox=sandbox) if sandbox is not None else None
    view = machine.view(found, state.set_up, [step.title for step in content.setup])
    kept = sandboxes.snapshots_of(sandbox=sandbox) if sandbox is not None else []
    listed = snapshots.view(kept, lesson, language, since=attempt.started_at)
    return Workspace(lesson, content, rendered, wording, attempt, state, view, frozenset(fresh), listed)


def _is_passed(state: ExerciseState) -> bool:
    return state.progress.status == state.progress.Status.PASSED


def _is_skipped(state: ExerciseState) -> bool:
    return state.progress.status == state.progress.Status.SKIPPED


def _holding(state: ExerciseState, number: int) -> str:
    progress = state.progress
    if not progress.checks_total:
        return gettext("exercise {number} not checked yet").format(number=number)
    said = gettext("exercise {number}: {held} of {total} checks hold")
    return said.format(number=number, held=progress.checks_passed, total=progress.checks_total)
