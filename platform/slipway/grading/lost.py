"""Find work on attempts that nobody finished, after a worker or the broker was lost."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from slipway.grading import checkruns, machines
from slipway.grading.models import Attempt
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State

# What was asked for less than this ago has a task on its way.
LOST_AFTER = timedelta(seconds=5)
_IN_USE = timedelta(minutes=10)


def unchecked(*, after: timedelta) -> list[Attempt]:
    """Return the attempts with a check run that waits or runs for longer than this."""
    moment = timezone.now() - after
    rows = checkruns.unfinished().filter(Q(started_at__lte=moment) | Q(started_at=None, requested_at__lte=moment))
    return list({run.attempt_id: run.attempt for run in rows}.values())


def not_set_up(*, engine: str, after: timedelta) -> list[tuple[Attempt, Sandbox]]:
    """Return the attempts, each its learner's newest in a ready machine in use, whose setup is due."""
    moment = timezone.now() - after
    ready = Sandbox.objects.filter(engine__name=engine, owner__isnull=False, state=State.READY, state_at__lte=moment)
    sandboxes = {
        (sandbox.owner_id, sandbox.course, sandbox.image): sandbox
        for sandbox in ready.filter(used_at__gte=timezone.now() - _IN_USE).select_related("engine")
    }
    return [
        (attempt, sandboxes[place])
        for place, attempt in _newest(sandboxes.values()).items()
        if place in sandboxes and _is_due(attempt, sandboxes[place])
    ]


def _newest(sandboxes: Iterable[Sandbox]) -> dict[tuple[int | None, str, str], Attempt]:
    owners = [sandbox.owner_id for sandbox in sandboxes if sandbox.owner_id is not None]
    rows = Attempt.objects.filter(learner__in=owners, ended_at=None).select_related("lesson__course", "learner")
    return {(row.learner_id, row.lesson.course.slug, row.lesson.image): row for row in rows.order_by("opened_at")}


def _is_due(attempt: Attempt, sandbox: Sandbox) -> bool:
    return machines.is_set_up_due(attempt, sandbox) and not machines.set_up_failure(attempt, sandbox)
