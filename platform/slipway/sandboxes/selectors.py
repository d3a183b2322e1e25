"""What is read about sandboxes."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from slipway.accounts.models import User
from slipway.sandboxes.models import Sandbox
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
    )


def _queue_place(sandbox: Sandbox) -> int | None:
    if sandbox.state != State.REQUESTED:
        return None
    return Sandbox.objects.filter(state=State.REQUESTED, state_at__lt=sandbox.state_at).count() + 1
