"""What is read about attempts for a learner's pages; every function asks a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from slipway.accounts.models import User
from slipway.courses.models import Exercise, Lesson
from slipway.grading import machines
from slipway.grading.models import Attempt, CheckRun, Progress, Verdict
from slipway.sandboxes.models import Sandbox


@dataclass(frozen=True, slots=True)
class ExerciseState:
    """What an exercise's card shows. `verdict` is the newest that the learner was given."""

    exercise: Exercise
    progress: Progress
    verdict: Verdict | None
    is_checking: bool


@dataclass(frozen=True, slots=True)
class SetUp:
    """How far the lesson's setup is on the machine's present disk; not done also while there is no machine yet.

    It is under way for the lesson that was opened last; another one on that machine is set up when it is next opened.
    """

    steps_done: int
    failure: str
    is_done: bool
    is_under_way: bool


@dataclass(frozen=True, slots=True)
class LessonState:
    """Everything that the cards and the setup bar of a lesson's page show."""

    attempt: Attempt
    exercises: list[ExerciseState]
    set_up: SetUp
    is_checking: bool
    passed: int
    total: int
    points: int
    points_total: int


def attempt_by_id(*, attempt_id: UUID) -> Attempt | None:
    """Return an attempt with its learner, lesson and course."""
    return _attempts().filter(id=attempt_id).first()


def refresh(*, attempt: Attempt) -> None:
    """Read an attempt anew, with its learner, lesson and course; one query."""
    attempt.refresh_from_db(from_queryset=_attempts())


def open_attempt_of(*, learner: User, lesson: Lesson) -> Attempt | None:
    """Return the learner's attempt of this lesson that has not ended."""
    return _attempts().filter(learner=learner, lesson=lesson, ended_at=None).first()


def latest_attempt(*, sandbox: Sandbox) -> Attempt | None:
    """Return the open attempt whose page was opened last for this machine."""
    rows = _attempts().filter(lesson__course__slug=sandbox.course, lesson__image=sandbox.image)
    return rows.filter(learner=sandbox.owner_id, ended_at=None).order_by("-opened_at").first()


def counting(*, rows: QuerySet[Progress]) -> dict[tuple[int, int], Progress]:
    """Return, by learner and exercise, the row that counts over all attempts; one query.

    Passed once stays passed: of those the one with the most points, the first of equal ones. Else the newest counts.
    """
    found: dict[tuple[int, int], Progress] = {}
    for row in rows.select_related("attempt").order_by("attempt__started_at"):
        place = (row.attempt.learner_id, row.exercise_id)
        if place not in found or row.counts_after(found[place]):
            found[place] = row
    return found


def paid_before(*, attempt: Attempt) -> dict[int, dict[str, Any]]:
    """Return by exercise what was paid for help in the attempt before, where that did not pass; one query."""
    before = _attempts().filter(learner=attempt.learner_id, lesson=attempt.lesson_id).exclude(id=attempt.id)
    newest = before.order_by("-started_at").values("id")[:1]
    fields = ("hints_opened", "solution_opened_at", "points_lost")
    rows = Progress.objects.filter(attempt__in=newest, points_lost__gt=0).exclude(status=Progress.Status.PASSED)
    return {row.exercise_id: {name: getattr(row, name) for name in fields} for row in rows}


def _attempts() -> QuerySet[Attempt]:
    return Attempt.objects.select_related("learner", "lesson__course")


def lesson_state(*, attempt: Attempt) -> LessonState:
    """Return everything that the lesson's page shows of the attempt; five queries."""
    exercises = list(Exercise.objects.filter(lesson=attempt.lesson_id, is_listed=True).order_by("number"))
    states = _exercise_states(attempt, exercises)
    passed = [state.exercise for state in states if state.progress.status == Progress.Status.PASSED]
    return LessonState(
        attempt=attempt,
        exercises=states,
        set_up=set_up_state(attempt=attempt),
        is_checking=any(state.is_checking for state in states),
        passed=len(passed),
        total=len(exercises),
        points=sum(state.progress.points_of(state.exercise) for state in states),
        points_total=sum(exercise.points for exercise in exercises),
    )


def _exercise_states(attempt: Attempt, exercises: list[Exercise]) -> list[ExerciseState]:
    rows = {row.exercise_id: row for row in Progress.objects.filter(attempt=attempt, exercise__in=exercises)}
    verdicts = _newest_verdicts(attempt, exercises)
    waits = Q(state__in=CheckRun.UNFINISHED) | Q(superseded_by__state__in=CheckRun.UNFINISHED)
    unfinished = CheckRun.objects.filter(waits, attempt=attempt)
    asked = set(unfinished.exclude(trigger=CheckRun.Trigger.GRADER).values_list("exercise_id", flat=True))
    return [
        ExerciseState(
            exercise=exercise,
            progress=rows.get(exercise.id) or Progress(attempt=attempt, exercise=exercise),
            verdict=verdicts.get(exercise.id),
            is_checking=exercise.id in asked,
        )
        for exercise in exercises
    ]


def _newest_verdicts(attempt: Attempt, exercises: Iterable[Exercise]) -> dict[int, Verdict]:
    learners = Verdict.objects.filter(attempt=attempt).exclude(run__trigger=CheckRun.Trigger.GRADER)
    newest = learners.filter(exercise=OuterRef("id")).order_by("-id").values("id")[:1]
    ids = Exercise.objects.filter(id__in=[exercise.id for exercise in exercises]).values(newest=Subquery(newest))
    return {verdict.exercise_id: verdict for verdict in Verdict.objects.filter(id__in=ids)}


def set_up_state(*, attempt: Attempt) -> SetUp:
    """Return how far setup is; one query, two while it is not done."""
    sandbox = machines.sandbox_of(attempt)
    disk = sandbox.disk if sandbox else ""
    is_begun = attempt.setup_disk == disk
    failure = attempt.setup_failure if is_begun else ""
    is_due = sandbox is not None and machines.is_set_up_due(attempt, sandbox)
    return SetUp(
        steps_done=attempt.setup_steps_done if is_begun else 0,
        failure=failure,
        is_done=sandbox is not None and not is_due,
        is_under_way=is_due and not failure and _is_newest(attempt, sandbox),
    )


def _is_newest(attempt: Attempt, sandbox: Sandbox | None) -> bool:
    newest = latest_attempt(sandbox=sandbox) if sandbox else None
    return newest is not None and newest.id == attempt.id
