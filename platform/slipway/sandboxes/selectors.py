"""What is read about sandboxes."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from slipway.accounts.models import User
from slipway.sandboxes import line
from slipway.sandboxes.admission import Outlook
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State

# Who is next is let in within this time of asking, or waits for something.
SERVED_AT_ONCE = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class MachineState:
    """Everything that a page says about a machine. `outlook` is there while it waits, but for the first moment."""

    id: UUID
    state: State
    failure: str
    is_waiting: bool
    outlook: Outlook | None


def sandbox_for(*, user: User, course: str, image: str) -> Sandbox | None:
    """Return the learner's sandbox of this course and image."""
    rows = Sandbox.objects.select_related("engine").exclude(state=State.GONE)
    return rows.filter(owner=user, course=course, image=image).first()


def sandbox_by_id(*, sandbox_id: UUID) -> Sandbox | None:
    """Return a sandbox with its engine."""
    return Sandbox.objects.select_related("engine").filter(id=sandbox_id).first()


def machine_state(*, sandbox: Sandbox) -> MachineState:
    """Return what a page needs: no query but for one that waits."""
    return MachineState(
        id=sandbox.id,
        state=State(sandbox.state),
        failure=sandbox.failure,
        is_waiting=sandbox.is_waiting,
        outlook=_outlook(sandbox) if sandbox.is_waiting else None,
    )


def _outlook(sandbox: Sandbox) -> Outlook | None:
    outlook = line.outlooks().get(sandbox.id)
    is_next = outlook is not None and outlook.place == 1
    return None if is_next and timezone.now() - sandbox.state_at < SERVED_AT_ONCE else outlook
