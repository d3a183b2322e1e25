"""What is read about sandboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from slipway.accounts.models import User
from slipway.sandboxes import line
from slipway.sandboxes.admission import Outlook
from slipway.sandboxes.models import Keeping, Sandbox, Snapshot
from slipway.sandboxes.states import ASLEEP, State

# Who is next is let in within this time of asking, or waits for something.
SERVED_AT_ONCE = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """A ready machine's time, as seen at `now`: when it ends if nobody uses it, and when it ends in any case.

    `kept_days` is how long it would be kept then.
    """

    now: datetime
    ends_at: datetime
    latest_end: datetime
    kept_days: int

    @property
    def may_be_extended(self) -> bool:
        """Tell whether using the machine moves its end."""
        return self.ends_at < self.latest_end


@dataclass(frozen=True, slots=True)
class MachineState:
    """Everything that a page says about a machine. `outlook` is there while it waits, but for the first moment.

    `kept_until` is what was announced for one that sleeps, `time` how long one that is ready stays awake. `moves_at` is
    when it is put to sleep to be moved to another host; `is_unreachable` says that its host does not answer.
    """

    id: UUID
    state: State
    failure: str
    is_waiting: bool
    outlook: Outlook | None
    is_packed: bool = False
    has_address: bool = False
    kept_until: datetime | None = None
    time: TimeLeft | None = None
    is_going_back: bool = False
    is_unreachable: bool = False
    moves_at: datetime | None = None


def sandbox_for(*, user: User, course: str, image: str) -> Sandbox | None:
    """Return the learner's sandbox of this course and image."""
    rows = Sandbox.objects.select_related("engine", "owner").exclude(state=State.GONE)
    return rows.filter(owner=user, course=course, image=image).first()


def sandbox_by_id(*, sandbox_id: UUID) -> Sandbox | None:
    """Return a sandbox with its engine."""
    return Sandbox.objects.select_related("engine").filter(id=sandbox_id).first()


def machine_state(*, sandbox: Sandbox) -> MachineState:
    """Return what a page needs: no query but for one that waits or sleeps."""
    return MachineState(
        id=sandbox.id,
        state=State(sandbox.state),
        failure=sandbox.failure,
        is_waiting=sandbox.is_waiting,
        outlook=_outlook(sandbox) if sandbox.is_waiting else None,
        is_packed=sandbox.is_packed,
        has_address=sandbox.owner is not None and bool(sandbox.owner.email),
        kept_until=_kept_until(sandbox),
        time=_time_left(sandbox),
        is_going_back=bool(sandbox.start_from),
        is_unreachable=sandbox.engine is not None and sandbox.engine.lost_at is not None,
        moves_at=sandbox.engine.drains_at if sandbox.engine else None,
    )


def _kept_until(sandbox: Sandbox) -> datetime | None:
    if sandbox.state not in ASLEEP:
        return None
    return Keeping.objects.filter(sandbox=sandbox).values_list("remove_at", flat=True).first()


def _time_left(sandbox: Sandbox) -> TimeLeft | None:
    if sandbox.state != State.READY:
        return None
    kept_days = settings.SANDBOX_PACK_DAYS + settings.SANDBOX_KEEP_DAYS
    return TimeLeft(timezone.now(), sandbox.ends_at, sandbox.latest_end, kept_days)


def late_mails() -> int:
    """Return of how many machines the removal waits, since their learners could not be told of it."""
    return Keeping.objects.exclude(mail_failure="").filter(sandbox__state__in=ASLEEP).count()


def _outlook(sandbox: Sandbox) -> Outlook | None:
    outlook = line.outlooks().get(sandbox.id)
    is_next = outlook is not None and outlook.place == 1
    return None if is_next and timezone.now() - sandbox.state_at < SERVED_AT_ONCE else outlook


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
