"""What is read about previews."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from slipway.preview.models import Share
from slipway.preview.names import Place
from slipway.preview.passes import Pass
from slipway.sandboxes.doors import is_out_of_reach
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State


@dataclass(frozen=True, slots=True)
class Door:
    """A way into a machine: its engine's socket and its name; both empty while it does not run.

    `is_in_reach` is false while its host is known not to answer.
    """

    socket: str
    machine: str
    is_in_reach: bool = True

    @property
    def is_open(self) -> bool:
        """Tell whether the machine runs, as far as the database knows."""
        return bool(self.machine)


def door_of(*, right: Pass) -> Door | None:
    """Return the way that a pass leads; None when it gives no right any more."""
    sandbox = (
        Sandbox.objects.select_related("engine").filter(pk=right.place.sandbox_id).exclude(state=State.GONE).first()
    )
    if sandbox is None:
        return None
    if right.share is not None:
        if share_at(share_id=right.share, place=right.place) is None:
            return None
    elif sandbox.owner_id is None or sandbox.owner_id != right.person:
        return None
    if is_out_of_reach(sandbox):
        return Door("", "", is_in_reach=False)
    if sandbox.state != State.READY or sandbox.engine is None:
        return Door("", "")
    return Door(sandbox.engine.socket, sandbox.machine)


def share_at(*, share_id: UUID, place: Place) -> Share | None:
    """Return a share that leads to this place and has not ended."""
    rows = Share.objects.filter(sandbox_id=place.sandbox_id, port=place.port, ends_at__gt=timezone.now())
    return rows.filter(pk=share_id).first()
