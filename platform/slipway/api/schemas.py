"""What goes in and out of the API."""

from datetime import datetime
from uuid import UUID

from ninja import Schema

from slipway.grading.models import CheckRun, Progress
from slipway.grading.selectors import ExerciseState, LessonState


class Problem(Schema):
    """Why a request was not done, in a sentence with what to do next."""

    detail: str


class CheckRequest(Schema):
    """What to check: one exercise by its id, or with none every exercise that is not passed yet."""

    exercise: str | None = None


class CheckAccepted(Schema):
    """A check run that was asked for. Its verdict comes to the open page, and to `progress`."""

    run: UUID
    state: str
    exercise: str | None

    @classmethod
    def of(cls, run: CheckRun) -> "CheckAccepted":
        """Return what is told of a run."""
        return cls(run=run.id, state=run.state, exercise=run.exercise.slug if run.exercise else None)


class ExerciseProgress(Schema):
    """How far the learner is with one exercise."""

    exercise: str
    number: int
    status: Progress.Status
    is_checking: bool
    checks_passed: int
    checks_total: int
    tries: int
    points: int
    passed_at: datetime | None

    @classmethod
    def of(cls, state: ExerciseState) -> "ExerciseProgress":
        """Return what is told of an exercise."""
        progress = state.progress
        return cls(
            exercise=state.exercise.slug,
            number=state.exercise.number,
            status=Progress.Status(progress.status),
            is_checking=state.is_checking,
            checks_passed=progress.checks_passed,
            checks_total=progress.checks_total,
            tries=progress.tries,
            points=state.exercise.points,
            passed_at=progress.passed_at,
        )


class LessonProgress(Schema):
    """How far the learner is with a lesson."""

    attempt: UUID
    passed: int
    total: int
    points: int
    points_total: int
    exercises: list[ExerciseProgress]

    @classmethod
    def of(cls, state: LessonState) -> "LessonProgress":
        """Return what is told of a lesson."""
        return cls(
            attempt=state.attempt.id,
            passed=state.passed,
            total=state.total,
            points=state.points,
            points_total=state.points_total,
            exercises=[ExerciseProgress.of(each) for each in state.exercises],
        )


class Health(Schema):
    """Which parts answer, and of how many machines the removal waits for a mail that cannot be sent."""

    is_healthy: bool
    database: bool
    redis: bool
    engine: bool
    late_mails: int
