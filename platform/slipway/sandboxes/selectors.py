"""What is read about sandboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from slipway.accounts.models import User
from slipway.sandboxes.models import Sandbox, Snapshot
from slipway.sandboxes.states import State

# Reconcile notes every 5 s that an engine answers.
SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class MachineState:
    """Everything that a page says about a machine. `queue_place` counts from 1, and only while it is requested."""

    id: UUID
    state: State
    failure: str
    queue_place: int | None
    is_going_back: bool = False


def sandbox_for(*, user: User, course: str, image: str) -> Sandbox | None:
    """Return the learner's sandbox of this course and image."""
    rows = Sandbox.objects.select_related("engine").exclude(state=State.GONE)
    return rows.filter(owner=user, course=course, image=image).first()


def sandbox_by_id(*, sandbox_id: UUID) -> Sandbox | None:
    """Return a sandbox with its engine."""
    return Sandbox.objects.select_related("engine").filter(id=sandbox_id).first()


def machine_state(*, sandbox: Sandbox) -> MachineState:
    """Return what a page needs; one query at most."""
    return MachineState(
        id=sandbox.id,
        state=State(sandbox.state),
        failure=sandbox.failure,
        queue_place=_queue_place(sandbox),
        is_going_back=bool(sandbox.start_from),
    )


def _queue_place(sandbox: Sandbox) -> int | None:
    if sandbox.state != State.REQUESTED:
        return None
    return Sandbox.objects.filter(state=State.REQUESTED, state_at__lt=sandbox.state_at).count() + 1


def snapshots_of(*, sandbox: Sandbox, with_failed_names: bool = False) -> list[Snapshot]:
    """Return the snapshots that are there or in the making, newest first; one query.

    Those that were named and could not be made are for who named them.
    """
    wanted = Q(state__in=Snapshot.LIVE)
    if with_failed_names:
        wanted |= Q(kind=Snapshot.Kind.NAMED) & ~Q(failure="")
    rows = Snapshot.objects.filter(wanted, sandbox=sandbox)
    return list(rows.select_related("sandbox", "exercise__lesson", "asked_by").order_by("-asked_at"))


def next_to_go(snapshots: Sequence[Snapshot], *, target: Snapshot) -> Snapshot | None:
    """Return what goes when a machine goes back to the target and one more is left behind: the oldest of these.

    Nothing goes while there are few; the target itself never does. The snapshots come newest first.
    """
    left = [each for each in snapshots if each.kind == Snapshot.Kind.LEFT]
    if len(left) < Snapshot.LEFT_KEPT:
        return None
    return next(each for each in reversed(left) if each.id != target.id)


def tags_in_use() -> set[str]:
    """Return the image tags that disks and snapshots stand on."""
    tags = Sandbox.objects.exclude(state=State.GONE).values_list("tag", flat=True)
    kept = Snapshot.objects.filter(state__in=Snapshot.LIVE).values_list("tag", flat=True)
    return {*tags, *kept}
