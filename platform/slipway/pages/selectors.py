"""Reads for the catalogue, the course map and the progress page. The number of queries does not grow with the content."""

from collections.abc import Iterable
from dataclasses import dataclass

from slipway.accounts.models import User
from slipway.courses.models import Course
from slipway.grading.models import Attempt, Progress


@dataclass(frozen=True)
class Mark:
    """How far a learner is with one exercise, over all attempts: passed once stays passed, else the newest counts."""

    status: Progress.Status = Progress.Status.TODO
    checks_passed: int = 0
    checks_total: int = 0


def marks_of(*, user: User, courses: Iterable[Course]) -> dict[int, Mark]:
    """Return the learner's marks by exercise id."""
    rows = Progress.objects.filter(attempt__learner=user, exercise__lesson__course__in=courses)
    marks: dict[int, Mark] = {}
    for row in rows.order_by("attempt__started_at"):
        earlier = marks.get(row.exercise_id)
        if earlier is None or earlier.status != Progress.Status.PASSED:
            marks[row.exercise_id] = Mark(Progress.Status(row.status), row.checks_passed, row.checks_total)
    return marks


def latest_attempt(*, user: User) -> Attempt | None:
    """Return the attempt that the learner opened last and that has not ended."""
    attempts = Attempt.objects.filter(learner=user, ended_at__isnull=True, lesson__is_listed=True)
    return attempts.select_related("lesson__course", "learner").order_by("-opened_at").first()
