"""The life of a check run: waiting, running, done or failed; a newer one takes the place of one that waits."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from slipway import bus
from slipway.accounts.models import User
from slipway.courses.models import Exercise
from slipway.grading.matching import bounded
from slipway.grading.models import Attempt, CheckRun, Command, Progress

State = CheckRun.State
Trigger = CheckRun.Trigger


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check run is to answer: these exercises, the one asked for last first, or all, or where the learner is."""

    exercises: tuple[Exercise, ...]
    everything: bool
    where_the_learner_is: bool

    def names(self, exercise_id: int) -> bool:
        """Tell whether this very exercise was asked for."""
        return any(exercise.id == exercise_id for exercise in self.exercises)


def request(
    *,
    attempt: Attempt,
    trigger: Trigger,
    exercise: Exercise | None = None,
    command: Command | None = None,
    requested_by: User | None = None,
) -> CheckRun:
    """Ask for a check run. It takes the place of one that waits, and answers what that one was asked."""
    kind = Q(trigger=Trigger.GRADER) if trigger == Trigger.GRADER else ~Q(trigger=Trigger.GRADER)
    with transaction.atomic():
        # The attempt's row is the lock: of two who ask at once, the second sees the first one's run.
        Attempt.objects.select_for_update().filter(id=attempt.id).values_list("id").get()
        waiting = CheckRun.objects.filter(kind, attempt=attempt, state=State.WAITING).first()
        if waiting is not None:
            _set_state(waiting, State.SUPERSEDED)
        run = CheckRun.objects.create(
            attempt=attempt, trigger=trigger, exercise=exercise, command=command, requested_by=requested_by
        )
        if waiting is not None:
            CheckRun.objects.filter(Q(id=waiting.id) | Q(superseded_by=waiting)).update(superseded_by=run)
    announce(run=run)
    return run


def request_after_command(*, attempt: Attempt, command: Command) -> CheckRun | None:
    """Ask for a check run because a command ended; nothing is asked when every exercise has passed."""
    if not Progress.objects.filter(attempt=attempt).exclude(status=Progress.Status.PASSED).exists():
        return None
    return request(attempt=attempt, trigger=Trigger.COMMAND, command=command)


def announce(*, run: CheckRun) -> None:
    """Tell the learner's pages, and the grader's who asked, that a run waits or how it ended.

    That it began changes no page, so nobody is told.
    """
    event = {
        "attempt": str(run.attempt_id),
        "run": str(run.id),
        "state": str(run.state),
        "exercise": run.exercise.slug if run.exercise else None,
        "trigger": str(run.trigger),
        "failure": run.failure,
    }
    for user_id in audience(run):
        bus.publish(user_id, "check", **event)


def audience(run: CheckRun) -> list[int]:
    """Return who is told of a run: a grader's is the grader's own business."""
    if run.trigger == Trigger.GRADER:
        return [run.requested_by_id] if run.requested_by_id is not None else []
    return [run.attempt.learner_id]


def next_of(*, attempt_id: UUID) -> CheckRun | None:
    """Return the run to be done next: one whose worker died, else the one that waits longest."""
    rows = list(unfinished().filter(attempt=attempt_id).order_by("requested_at"))
    return next((run for run in rows if run.state == State.RUNNING), rows[0] if rows else None)


def take(*, run: CheckRun) -> bool:
    """Move a waiting run to running, or take up one that runs already; tell whether it is still to be done."""
    if not CheckRun.objects.filter(id=run.id, state=run.state).update(state=State.RUNNING, started_at=timezone.now()):
        return False
    run.state = State.RUNNING
    return True


def fail(*, run: CheckRun, reason: str) -> None:
    """End a run that could not be done, with the reason for people."""
    failure = bounded(reason)[:500]
    changes = {"state": State.FAILED, "failure": failure, "ended_at": timezone.now()}
    if CheckRun.objects.filter(id=run.id, state__in=CheckRun.UNFINISHED).update(**changes):
        run.state, run.failure = State.FAILED, failure
        announce(run=run)


def _set_state(run: CheckRun, state: State) -> None:
    CheckRun.objects.filter(id=run.id).update(state=state, ended_at=timezone.now())


def asked_of(*, run: CheckRun) -> Asked:
    """Return what was asked in this run, and in those whose place it took."""
    found = CheckRun.objects.filter(Q(id=run.id) | Q(superseded_by=run)).select_related("exercise")
    rows = list(found.order_by("-requested_at"))
    return Asked(
        exercises=tuple(row.exercise for row in rows if row.exercise is not None),
        everything=any(row.trigger != Trigger.COMMAND and row.exercise is None for row in rows),
        where_the_learner_is=any(row.trigger == Trigger.COMMAND for row in rows),
    )


def unfinished() -> QuerySet[CheckRun]:
    """Return the runs that wait or run, with what is needed to send their task."""
    rows = CheckRun.objects.select_related("attempt__learner", "attempt__lesson__course", "exercise", "requested_by")
    return rows.filter(state__in=CheckRun.UNFINISHED)
