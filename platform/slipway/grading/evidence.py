"""What a grader reads: the grid of learners and exercises, and the evidence behind one cell. Constant queries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from slipway.accounts.models import User
from slipway.courses.models import Course, Exercise, Lesson
from slipway.grading import machines, selectors
from slipway.grading.models import Attempt, CheckRun, Command, Progress, Verdict
from slipway.sandboxes.models import Sandbox, Snapshot
from slipway.sandboxes.selectors import snapshots_of

Status = Progress.Status


@dataclass(frozen=True, slots=True)
class Cell:
    """One learner on one exercise: the attempt that counts (`selectors.counting`).

    `rechecked` is a grader's newest verdict.
    """

    exercise: Exercise
    attempt_id: UUID | None
    status: Status
    tries: int
    checks_passed: int
    checks_total: int
    hints_opened: int
    points: int
    passed_at: datetime | None
    rechecked: bool | None


@dataclass(frozen=True, slots=True)
class GridRow:
    """One learner on all exercises."""

    learner: User
    cells: list[Cell]
    points: int
    points_total: int
    last_active_at: datetime | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Learners by exercises."""

    exercises: list[Exercise]
    rows: list[GridRow]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything behind one cell. Verdicts and commands are the newest `LIMIT`, verdicts newest first."""

    attempt: Attempt
    exercise: Exercise
    progress: Progress
    verdicts: list[Verdict]
    commands: list[Command]
    runs_failed: list[CheckRun]
    sandbox: Sandbox | None
    snapshots: list[Snapshot]


@dataclass(frozen=True, slots=True)
class Happened:
    """What led to an exercise's newest verdict: the one before it, and the newest commands typed between both."""

    verdict: Verdict
    earlier: Verdict | None
    commands: list[Command]


LIMIT = 500
TOLD_COMMANDS = 5


def grid(*, course: Course, lesson: Lesson | None = None) -> Grid:
    """Return the grid of a course, or of one lesson: all who ever opened it, by name; four queries."""
    exercises = _exercises(course, lesson)
    attempts = list(_attempts(course, lesson))
    best = selectors.counting(rows=Progress.objects.filter(exercise__in=exercises))
    rechecked = _rechecked(exercises)
    learners = {attempt.learner_id: attempt.learner for attempt in attempts}
    opened = _last_active(attempts)
    lookup = _Lookup(best, rechecked)
    rows = [_row(learner, exercises, lookup, opened) for learner in learners.values()]
    return Grid(exercises=exercises, rows=sorted(rows, key=lambda row: str(row.learner).casefold()))


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What the cells are filled from: by learner and exercise, and by attempt and exercise."""

    best: dict[tuple[int, int], Progress]
    rechecked: dict[tuple[UUID, int], bool]


def _exercises(course: Course, lesson: Lesson | None) -> list[Exercise]:
    rows = Exercise.objects.filter(lesson__course=course, lesson__is_listed=True, is_listed=True)
    if lesson is not None:
        rows = rows.filter(lesson=lesson)
    return list(rows.select_related("lesson__course").order_by("lesson__number", "number"))


def _attempts(course: Course, lesson: Lesson | None) -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(lesson__course=course).select_related("learner").order_by("opened_at")
    return rows if lesson is None else rows.filter(lesson=lesson)


def _rechecked(exercises: list[Exercise]) -> dict[tuple[UUID, int], bool]:
    rows = Verdict.objects.filter(run__trigger=CheckRun.Trigger.GRADER, exercise__in=exercises).order_by("id")
    return {
        (attempt, exercise): passed for attempt, exercise, passed in rows.values_list("attempt", "exercise", "passed")
    }


def _last_active(attempts: list[Attempt]) -> dict[int, datetime]:
    return {attempt.learner_id: attempt.opened_at for attempt in attempts}


def _row(learner: User, exercises: list[Exercise], lookup: _Lookup, opened: dict[int, datetime]) -> GridRow:
    cells = [_cell(learner, exercise, lookup) for exercise in exercises]
    return GridRow(
        learner=learner,
        cells=cells,
        points=sum(cell.points for cell in cells),
        points_total=sum(exercise.points for exercise in exercises),
        last_active_at=opened.get(learner.id),
    )


def _cell(learner: User, exercise: Exercise, lookup: _Lookup) -> Cell:
    progress = lookup.best.get((learner.id, exercise.id)) or Progress(exercise=exercise)
    return Cell(
        exercise=exercise,
        attempt_id=progress.attempt_id,
        status=Status(progress.status),
        tries=progress.tries,
        checks_passed=progress.checks_passed,
        checks_total=progress.checks_total,
        hints_opened=progress.hints_opened,
        points=progress.points_of(exercise),
        passed_at=progress.passed_at,
        rechecked=lookup.rechecked.get((progress.attempt_id, exercise.id)),
    )


def happened(*, attempt: Attempt, exercise: Exercise) -> Happened | None:
    """Return what led to the newest verdict that the learner was given; none before the first. Two queries."""
    rows = Verdict.objects.filter(attempt=attempt, exercise=exercise).exclude(run__trigger=CheckRun.Trigger.GRADER)
    verdicts = list(rows.select_related("run").order_by("-id")[:2])
    if not verdicts:
        return None
    newest, earlier = verdicts[0], verdicts[1] if len(verdicts) > 1 else None
    typed = Command.objects.filter(attempt=attempt, ended_at__lte=newest.created_at)
    if earlier is not None:
        typed = typed.filter(ended_at__gt=earlier.created_at)
    return Happened(newest, earlier, list(reversed(typed.order_by("-ended_at", "-offset")[:TOLD_COMMANDS])))


def evidence(*, attempt_id: UUID, exercise: Exercise) -> Evidence | None:
    """Return what is behind one cell, or nothing when there is no such attempt; seven queries."""
    attempt = Attempt.objects.select_related("learner", "lesson__course").filter(id=attempt_id).first()
    if attempt is None:
        return None
    verdicts = Verdict.objects.filter(attempt=attempt, exercise=exercise).select_related(
        "run__command", "run__requested_by"
    )
    progress = Progress.objects.filter(attempt=attempt, exercise=exercise).first()
    failed = CheckRun.objects.filter(attempt=attempt, state=CheckRun.State.FAILED).select_related("command")
    sandbox = machines.sandbox_of(attempt)
    newest_commands = Command.objects.filter(attempt=attempt).order_by("-ended_at", "-offset")[:LIMIT]
    return Evidence(
        attempt=attempt,
        exercise=exercise,
        progress=progress or Progress(attempt=attempt, exercise=exercise),
        verdicts=list(verdicts.order_by("-id")[:LIMIT]),
        commands=list(reversed(newest_commands)),
        runs_failed=list(failed[:LIMIT]),
        sandbox=sandbox,
        snapshots=snapshots_of(sandbox=sandbox, with_failed_names=True) if sandbox else [],
    )
