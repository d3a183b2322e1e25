"""What is read about sandboxes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from slipway.accounts.models import User
from slipway.sandboxes import states
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.states import State

# Reconcile notes every 5 s that an engine answers.
SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class MachineState:
    """Everything that a page says about a machine. `queue_place` counts from 1, and only while it is requested."""

    id: UUID
    state: State
    since: datetime
    failure: str
    queue_place: int | None
    engine_answers: bool
    disk: str

    @property
    def is_live(self) -> bool:
        """Tell whether a terminal can be opened now."""
        return self.state == State.READY

    @property
    def is_moving(self) -> bool:
        """Tell whether work is under way that ends by itself."""
        return self.state in states.MOVING


def sandbox_for(*, user: User, course: str, image: str) -> Sandbox | None:
    """Return the learner's sandbox of this course and image."""
    rows = Sandbox.objects.select_related("engine").exclude(state=State.GONE)
    return rows.filter(owner=user, course=course, image=image).first()


def sandbox_by_id(*, sandbox_id: UUID) -> Sandbox | None:
    """Return a sandbox with its engine."""
    return Sandbox.objects.select_related("engine").filter(id=sandbox_id).first()


def machine_state(*, sandbox: Sandbox) -> MachineState:
    """Return what a page needs; two queries at most."""
    return MachineState(
        id=sandbox.id,
        state=State(sandbox.state),
        since=sandbox.state_at,
        failure=sandbox.failure,
        queue_place=_queue_place(sandbox),
        engine_answers=_engine_answers(sandbox),
        disk=sandbox.disk,
    )


def _queue_place(sandbox: Sandbox) -> int | None:
    if sandbox.state != State.REQUESTED:
        return None
    return Sandbox.objects.filter(state=State.REQUESTED, state_at__lt=sandbox.state_at).count() + 1


def _engine_answers(sandbox: Sandbox) -> bool:
    newest = timezone.now() - SILENT_AFTER
    if sandbox.engine is not None:
        return sandbox.engine.seen_at is None or sandbox.engine.seen_at >= newest
    engines = list(Engine.objects.values_list("seen_at", flat=True))
    return not engines or any(seen_at is None or seen_at >= newest for seen_at in engines)
