"""What an exercise's card shows. No queries: the state comes loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop

from slipway.grading.models import Progress
from slipway.grading.selectors import ExerciseState
from slipway.lessonfile.model import AnswerField, Costs, Exercise, Lesson
from slipway.lessonfile.parameters import fill
from slipway.lessonfile.render import ExercisePart, solution_html
from slipway.lessonfile.subjects import Answer
from slipway.pages import diff, questions
from slipway.pages.labels import labels
from slipway.pages.questions import AnswerBox, Comparison
from slipway.pages.snapshots import SnapshotLine
from slipway.pages.wording import EMPTY, Wording


class Look(StrEnum):
    """How a card looks; the value is its class, and that of its draught mark."""

    TODO = "todo"
    FAIL = "fail"
    PASS = "pass"  # noqa: S105  (no password: an exercise that is passed)
    SKIPPED = "wait"


_LOOKS = {
    Progress.Status.TODO: Look.TODO,
    Progress.Status.FAILED: Look.FAIL,
    Progress.Status.PASSED: Look.PASS,
    Progress.Status.SKIPPED: Look.SKIPPED,
}
_TAGS = {
    Look.TODO: gettext_noop("To do"),
    Look.FAIL: gettext_noop("Not yet"),
    Look.PASS: gettext_noop("Passed"),
    Look.SKIPPED: gettext_noop("Skipped"),
}


@dataclass(frozen=True)
class ResultLine:
    """One check of the verdict; `passed` is None while it is being checked. In both sides is marked what differs."""

    title: SafeString
    passed: bool | None
    expected: SafeString = EMPTY
    observed: SafeString = EMPTY
    message: SafeString = EMPTY


@dataclass(frozen=True)
class Card:
    """All that the template of a card draws; `language` is that of its title and text."""

    slug: str
    number: int
    language: str
    title: SafeString
    text: SafeString
    look: Look = Look.TODO
    is_busy: bool = False
    is_next: bool = False
    is_fresh: bool = False
    may_act: bool = False
    passed_at: datetime | None = None
    results: tuple[ResultLine, ...] = ()
    nudge: SafeString = EMPTY
    fitting_hint: int = 0
    explain: SafeString = EMPTY
    hints: tuple[SafeString, ...] = ()
    hints_total: int = 0
    solution: SafeString = EMPTY
    drill: SafeString = EMPTY
    has_solution: bool = False
    solution_answers: tuple[tuple[SafeString, SafeString], ...] = ()
    is_solution_open: bool = False
    points: int = 0
    points_lost: int = 0
    costs: Costs = field(default_factory=Costs)
    answers: tuple[AnswerBox, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    start: SnapshotLine | None = None

    @property
    def tag(self) -> str:
        """Return the word for its state."""
        return gettext("Checking…") if self.is_busy else gettext(_TAGS[self.look])

    @property
    def is_passed(self) -> bool:
        """Tell whether the exercise is passed."""
        return self.look == Look.PASS

    @property
    def is_answerable(self) -> bool:
        """Tell whether anything is left to answer."""
        return not all(box.is_kept for box in self.answers)

    @property
    def is_predicted(self) -> bool:
        """Tell whether a prediction is kept."""
        return any(box.is_kept for box in self.answers)

    @property
    def is_predicting(self) -> bool:
        """Tell whether all that is left to answer is a prediction."""
        return all(box.is_prediction for box in self.answers)

    @property
    def points_earned(self) -> int:
        """Return the points that are left of the exercise's."""
        return self.points - self.points_lost

    @property
    def solution_cost(self) -> int:
        """Return how many of the points that are left the solution costs."""
        return min(self.costs.solution, self.points_earned)

    @property
    def hint_cost(self) -> int:
        """Return how many of the points that are left the next hint costs."""
        return min(self.costs.hint, self.points_earned)

    @property
    def next_hint(self) -> int:
        """Return the number of the hint that the button opens, or 0 when all are open."""
        return len(self.hints) + 1 if len(self.hints) < self.hints_total else 0


def preview(part: ExercisePart) -> Card:
    """Return the card that a stranger sees."""
    return Card(part.exercise_id, part.number, part.language, *_part_texts(part))


def build(part: ExercisePart, content: Exercise, state: ExerciseState, wording: Wording, lesson: Lesson) -> Card:
    """Return the card of a learner. A test shows no solutions."""
    progress = state.progress
    look = _LOOKS[Progress.Status(progress.status)]
    opened = content.hints[: progress.hints_opened]
    is_solution_open = progress.solution_opened_at is not None
    title, text = _part_texts(part)
    return Card(
        slug=part.exercise_id,
        number=part.number,
        language=part.language,
        title=title,
        text=text,
        look=look,
        is_busy=state.is_checking and look != Look.PASS,
        may_act=True,
        passed_at=progress.passed_at,
        results=_results(content, state, wording, look),
        nudge=_nudge(state, wording, look),
        fitting_hint=_fitting_hint(state, look),
        explain=wording.html(content.explain) if look == Look.PASS else EMPTY,
        hints=tuple(wording.html(hint) for hint in opened),
        hints_total=len(content.hints),
        solution=_solution(content, wording) if is_solution_open else EMPTY,
        drill=wording.html(content.drill.title) if content.drill else EMPTY,
        has_solution=bool(content.solution.script or content.solution.answers) and not lesson.is_test,
        solution_answers=_solution_answers(content, wording) if is_solution_open else (),
        points=state.exercise.points,
        points_lost=progress.points_lost,
        costs=lesson.costs,
        is_solution_open=is_solution_open,
        answers=questions.boxes(content, state, wording),
        comparisons=questions.comparisons(content, state, wording),
    )


def _part_texts(part: ExercisePart) -> tuple[SafeString, SafeString]:
    return mark_safe(part.title), mark_safe(part.html)  # noqa: S308  (lessonfile sanitises)


def _solution(content: Exercise, wording: Wording) -> SafeString:
    return mark_safe(solution_html(content, wording.parameters, labels()))  # noqa: S308  (lessonfile sanitises)


def _results(content: Exercise, state: ExerciseState, wording: Wording, look: Look) -> tuple[ResultLine, ...]:
    if look in {Look.FAIL, Look.PASS} and state.verdict is not None:
        is_open = state.is_checking and look != Look.PASS
        asked = asked_by(content)
        return tuple(_line(result, wording, asked, is_open=is_open) for result in state.verdict.results)
    if state.is_checking:
        drilled = (content.drill.title,) if content.drill else ()
        titles = (*drilled, *(check.title for check in content.checks))
        return tuple(ResultLine(wording.html(title), None) for title in titles)
    return ()


def _solution_answers(content: Exercise, wording: Wording) -> tuple[tuple[SafeString, SafeString], ...]:
    """Return the right answers, each behind its question."""
    right = content.solution.answers
    return tuple(
        (wording.html(field.label), questions.said(field, fill(right[field.id], wording.parameters), wording))
        for field in content.answers
        if field.id in right and not field.is_prediction
    )


def asked_by(content: Exercise) -> Mapping[str, AnswerField]:
    """Return the questions with options by the ids of the checks on them."""
    fields = {field.id: field for field in content.answers if field.options}
    subjects = {check.id: check.subject for check in content.checks}
    return {
        name: fields[subject.id]
        for name, subject in subjects.items()
        if isinstance(subject, Answer) and subject.id in fields
    }


def _line(
    result: Mapping[str, Any], wording: Wording, asked: Mapping[str, AnswerField], *, is_open: bool
) -> ResultLine:
    passed = bool(result["passed"])
    if passed or is_open:
        return ResultLine(wording.html(result["title"]), True if passed else None)
    message = wording.html(result["message"])
    return ResultLine(wording.html(result["title"]), passed, *compared(result, wording, asked), message)


def compared(
    result: Mapping[str, Any], wording: Wording, asked: Mapping[str, AnswerField]
) -> tuple[SafeString, SafeString]:
    """Return what was expected and what was observed, in words, with what differs marked; `asked` is `asked_by`'s."""
    field = asked.get(result["id"])
    # Of a question ids are kept; where it is none of these, as when nothing was answered, it is words already.
    if field and (words := questions.said(field, result["observed"], wording)):
        return format_html("{}", result["expected"]), words
    return diff.marked(result["expected"], result["observed"])


def _fitting_hint(state: ExerciseState, look: Look) -> int:
    """Return the number of the hint that helps with what was found, unless it is open already."""
    if look != Look.FAIL or state.verdict is None or state.verdict.hint is None:
        return 0
    return state.verdict.hint if state.verdict.hint > state.progress.hints_opened else 0


def _nudge(state: ExerciseState, wording: Wording, look: Look) -> SafeString:
    if look != Look.FAIL or state.verdict is None or state.is_checking:
        return EMPTY
    return wording.html(state.verdict.message)
