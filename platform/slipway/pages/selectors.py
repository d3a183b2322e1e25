"""Reads for the catalogue, the course map and the progress page; the number of queries is constant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Max

from slipway.accounts.models import User
from slipway.courses.models import Course
from slipway.grading import selectors as attempts
from slipway.grading.models import Attempt, CheckRun, Progress, Verdict
from slipway.sandboxes.models import Sandbox, Snapshot


@dataclass(frozen=True)
class Mark:
    """How far a learner is with one exercise, over all attempts (`grading.selectors.counting`)."""

    status: Progress.Status = Progress.Status.TODO
    checks_passed: int = 0
    checks_total: int = 0


def marks_of(*, user: User, courses: Iterable[Course]) -> dict[int, Mark]:
    """Return the learner's marks by exercise id."""
    rows = Progress.objects.filter(attempt__learner=user, exercise__lesson__course__in=courses)
    return {
        row.exercise_id: Mark(Progress.Status(row.status), row.checks_passed, row.checks_total)
        for row in attempts.counting(rows=rows).values()
    }


def latest_attempt(*, user: User) -> Attempt | None:
    """Return the attempt that the learner opened last and that has not ended."""
    attempts = Attempt.objects.filter(learner=user, ended_at__isnull=True, lesson__is_listed=True)
    return attempts.select_related("lesson__course", "learner").order_by("-opened_at").first()


class Fingerprint(NamedTuple):
    """What is different once something on a lesson's page is: a cheap question, for who may miss an event."""

    machine: tuple[object, ...]
    cards: tuple[object, ...]


def fingerprint(*, attempt: Attempt) -> Fingerprint:
    """Return the present fingerprint of an attempt's page; five queries."""
    lesson = attempt.lesson
    machines = Sandbox.objects.filter(owner=attempt.learner_id, course=lesson.course.slug, image=lesson.image)
    fields = ("ended_at", "set_up_on", "setup_steps_done", "setup_failure")
    attempts = Attempt.objects.filter(id=attempt.id).values_list(*fields)
    snapshots = Snapshot.objects.filter(sandbox__in=machines, state__in=Snapshot.LIVE)
    machine = (
        *attempts,
        *machines.values_list("id", "state", "state_at", "engine", "engine__lost_at", "engine__drains_at"),
        *snapshots.order_by("id").values_list("id", "state"),
    )
    runs = CheckRun.objects.filter(attempt=attempt, state__in=CheckRun.UNFINISHED)
    newest = Verdict.objects.filter(attempt=attempt).aggregate(newest=Max("id"))["newest"]
    return Fingerprint(machine, (newest, *runs.order_by("id").values_list("id", flat=True)))
