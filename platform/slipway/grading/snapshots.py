"""Snapshots of a learner's machine, with what lessons know of it: exercises' starts, named ones, the way back."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from slipway.accounts.models import User
from slipway.courses.models import Exercise
from slipway.grading import machines, selectors, verdicts
from slipway.grading.errors import GradingError
from slipway.grading.models import Attempt, Progress, SnapshotSetUp
from slipway.sandboxes import snapshots
from slipway.sandboxes.models import Sandbox, Snapshot
from slipway.sandboxes.states import State

_SETTING_UP = gettext_noop("The lesson is being set up in this machine. Wait until that is done, then try again.")
_NO_MACHINE = gettext_noop("There is no machine to do that with: it was removed. Open the lesson for a new one.")


def request_start(*, attempt: Attempt) -> Snapshot | None:
    """Ask for a snapshot of the exercise that the learner has just come to; nothing when there was one already."""
    sandbox = machines.sandbox_of(attempt)
    if sandbox is None or not _may_begin(attempt, sandbox) or _without_start(attempt, sandbox) is None:
        return None
    with transaction.atomic():
        # The attempt's row is the lock: of two workers who look at once, the second sees the first one's snapshot.
        Attempt.objects.select_for_update().filter(id=attempt.id).values_list("id").get()
        exercise = _without_start(attempt, sandbox)
        if exercise is None:
            return None
        snapshot = snapshots.request(sandbox=sandbox, kind=Snapshot.Kind.START, exercise=exercise)
        _note_set_ups(snapshot, sandbox.disk)
    return snapshot


def _may_begin(attempt: Attempt, sandbox: Sandbox) -> bool:
    is_on = bool(settings.SNAPSHOTS) and attempt.ended_at is None and sandbox.state == State.READY
    return is_on and not machines.is_set_up_due(attempt, sandbox)


def _without_start(attempt: Attempt, sandbox: Sandbox) -> Exercise | None:
    """Return the exercise that the learner is at, if its start was not asked for in this attempt.

    One that was thinned since was taken, one that failed is not tried again on this machine.
    """
    exercise = current_exercise(attempt=attempt)
    starts = Snapshot.objects.filter(sandbox=sandbox, kind=Snapshot.Kind.START, exercise=exercise)
    asked = starts.filter(Q(failure="") | Q(generation=sandbox.generation), asked_at__gte=attempt.started_at)
    return None if exercise is None or asked.exists() else exercise


def current_exercise(*, attempt: Attempt) -> Exercise | None:
    """Return the exercise that the learner is at."""
    rows = list(Progress.objects.filter(attempt=attempt, exercise__is_listed=True).select_related("exercise"))
    focus = verdicts.focus_of(rows)
    return next((row.exercise for row in rows if row.exercise_id == focus), None)


def _note_set_ups(snapshot: Snapshot, disk: str) -> None:
    attempts = Attempt.objects.filter(learner=snapshot.sandbox.owner_id, set_up_on=disk, ended_at=None)
    SnapshotSetUp.objects.bulk_create(
        SnapshotSetUp(snapshot=snapshot, attempt=attempt, parameters=attempt.parameters) for attempt in attempts
    )


def request_named(*, attempt: Attempt, name: str, asked_by: User) -> Snapshot:
    """Ask for a snapshot under a name, of a machine that runs or sleeps."""
    sandbox = _undisturbed(attempt)
    with transaction.atomic():
        exercise = current_exercise(attempt=attempt)
        snapshot = snapshots.request_named(sandbox=sandbox, name=name, exercise=exercise, asked_by=asked_by)
        _note_set_ups(snapshot, sandbox.disk)
    return snapshot


def remove_named(*, attempt: Attempt, snapshot_id: int) -> None:
    """Remove a snapshot that somebody named, or the note that it could not be made; gone already counts as done."""
    sandbox = machines.sandbox_of(attempt)
    named = Snapshot.objects.filter(id=snapshot_id, sandbox=sandbox, kind=Snapshot.Kind.NAMED)
    if (snapshot := named.select_related("sandbox").first()) and not snapshots.discard(snapshot=snapshot):
        snapshot.delete()


def go_back(*, attempt: Attempt, snapshot_id: int, removes: int | None) -> Sandbox:
    """Ask for the learner's machine as it was at a snapshot; what it is now is kept as another one.

    Verdicts stay. `removes` is the snapshot that the learner was told goes for it.
    """
    sandbox = _undisturbed(attempt)
    target = Snapshot.objects.filter(id=snapshot_id, sandbox=sandbox).first()
    if target is None:
        raise GradingError(gettext("That snapshot is not there any more. Nothing was changed: choose another one."))
    with transaction.atomic():
        exercise = current_exercise(attempt=attempt)
        left = snapshots.go_back(sandbox=sandbox, target=target, exercise=exercise, removes=removes)
        if left is not None:
            _note_set_ups(left, left.disk)
            _take_up(target.set_ups.select_related("attempt"), sandbox.disk)
    return sandbox


def _take_up(set_ups: Iterable[SnapshotSetUp], disk: str) -> None:
    """Let lessons that were set up in a snapshot count as set up on the disk that is copied from it."""
    for set_up in set_ups:
        attempt = Attempt.objects.select_for_update().get(id=set_up.attempt_id)
        attempt.set_up_on = attempt.setup_disk = disk
        attempt.setup_failure = ""
        attempt.parameters = {**attempt.parameters, **set_up.parameters}
        attempt.save(update_fields=["set_up_on", "setup_disk", "setup_failure", "parameters"])


def _undisturbed(attempt: Attempt) -> Sandbox:
    sandbox = machines.sandbox_of(attempt)
    if sandbox is None:
        raise GradingError(gettext(_NO_MACHINE))
    newest = selectors.latest_attempt(sandbox=sandbox)
    if newest is not None and sandbox.state == State.READY and selectors.set_up_state(attempt=newest).is_under_way:
        raise GradingError(gettext(_SETTING_UP))
    return sandbox
