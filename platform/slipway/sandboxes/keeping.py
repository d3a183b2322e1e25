"""How long machines that sleep are kept: what is announced, and what is then done, never earlier.

A machine is packed some days after it was suspended and removed long after that. Both dates are written down when it
falls asleep, and its page shows them from then on. Before it is removed its learner gets a mail; where that cannot be
sent the machine stays. Who has no address has the date on the page.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from slipway.accounts.models import User
from slipway.sandboxes import services
from slipway.sandboxes.models import Engine, Keeping, Sandbox, Snapshot
from slipway.sandboxes.states import ASLEEP, WAITING, State

# A disk that could not be packed, as where there is no room, is tried again after this.
PACK_AGAIN_AFTER = timedelta(hours=6)
_AT_REST = frozenset({State.SUSPENDED, State.ARCHIVED})
# Until a machine is awake again what was announced stands.
_KEPT = ASLEEP | WAITING
_UNTOLD: dict[str, Any] = {"mailed_at": None, "mail_failure": "", "mail_tried_at": None}


@transaction.atomic
def begin(*, sandbox: Sandbox) -> None:
    """Let a machine that was stopped count as suspended, and announce how long it is kept."""
    if services.move(sandbox=sandbox, sources=frozenset({State.SUSPENDING}), to=State.SUSPENDED, admitted_at=None):
        _announce(sandbox)


def _announce(sandbox: Sandbox) -> None:
    now = timezone.now()
    dates = {"suspended_at": now, "pack_at": now + _before_packing(), "remove_at": _last_day(now)}
    Keeping.objects.update_or_create(sandbox=sandbox, defaults={**dates, **_UNTOLD})


def announce_again(*, owner: User, course: str) -> None:
    """Keep all machines of a learner's course for longer: whoever opens one of its lessons wants them all.

    That is what the mail says. A lesson wakes the one machine of its image, and the others sleep on.
    """
    mine = Keeping.objects.filter(sandbox__owner=owner, sandbox__course=course)
    day = _last_day(timezone.now())
    mine.filter(sandbox__state__in=_KEPT, remove_at__lt=day).update(remove_at=day, **_UNTOLD)


def _before_packing() -> timedelta:
    return timedelta(days=settings.SANDBOX_PACK_DAYS)


def _last_day(moment: datetime) -> datetime:
    return end_of_day(moment + _before_packing() + timedelta(days=settings.SANDBOX_KEEP_DAYS))


def end_of_day(moment: datetime) -> datetime:
    """Return the last second of a moment's day, as pages name that day."""
    return datetime.combine(timezone.localtime(moment).date(), time(23, 59, 59), timezone.get_current_timezone())


def end(*, sandbox: Sandbox) -> None:
    """Take back what was announced: the machine is awake."""
    Keeping.objects.filter(sandbox=sandbox).delete()


def announce_forgotten(*, row: Engine) -> None:
    """Announce for machines that fell asleep before anything was announced: their days begin now."""
    for sandbox in Sandbox.objects.filter(engine=row, owner__isnull=False, state=State.SUSPENDED, keeping=None):
        _announce(sandbox)


def pack_next(*, row: Engine) -> Sandbox | None:
    """Move the machine of this engine whose day has come first towards its archive, and return it."""
    due = _asleep(row).filter(pack_at__lte=timezone.now(), sandbox__state=State.SUSPENDED)
    for keeping in due.exclude(sandbox__snapshots__state=Snapshot.State.MAKING).order_by("pack_at"):
        sandbox = keeping.sandbox
        suspended = frozenset({State.SUSPENDED})
        if services.move(
            sandbox=sandbox, sources=suspended, to=State.ARCHIVING, since=sandbox.state_at, is_packed=True
        ):
            return sandbox
    return None


@transaction.atomic
def pack_later(*, sandbox: Sandbox) -> None:
    """Let a machine that could not be packed go on as it was, and try again later."""
    if services.move(sandbox=sandbox, sources=frozenset({State.ARCHIVING}), to=State.SUSPENDED):
        Keeping.objects.filter(sandbox=sandbox).update(pack_at=timezone.now() + PACK_AGAIN_AFTER)


def to_mail(*, row: Engine) -> QuerySet[Keeping]:
    """Return what learners of this engine are yet to be told by mail: what was never tried, then the longest ago."""
    soon = timezone.now() + timedelta(days=settings.SANDBOX_NOTICE_DAYS)
    due = _asleep(row).filter(remove_at__lte=soon, mailed_at=None, sandbox__state__in=_AT_REST)
    return due.exclude(sandbox__owner__email="").order_by(F("mail_tried_at").asc(nulls_first=True), "remove_at")


def mailed(*, keeping: Keeping, promised: datetime) -> None:
    """Note that its learner was told, and of which day: the machine is kept until then at least."""
    changes = {"mailed_at": timezone.now(), "mail_failure": "", "remove_at": promised}
    Keeping.objects.filter(id=keeping.id, remove_at=keeping.remove_at).update(**changes)


def not_mailed(*, keeping: Keeping, reason: str) -> None:
    """Note why its learner could not be told. The machine stays meanwhile."""
    changes = {"mail_failure": reason[:300], "mail_tried_at": timezone.now()}
    Keeping.objects.filter(id=keeping.id, remove_at=keeping.remove_at).update(**changes)


def promise(*, keeping: Keeping) -> datetime:
    """Return the day to tell in a mail of this moment: the one announced, or a later one where the mail comes late."""
    return max(keeping.remove_at, end_of_day(timezone.now() + timedelta(days=settings.SANDBOX_NOTICE_DAYS)))


def remove_due(*, row: Engine) -> Iterator[Sandbox]:
    """Move what was kept as long as announced towards its end; give each. Who comes back at this moment keeps it."""
    is_told = Q(mailed_at__isnull=False) | Q(sandbox__owner__email="")
    for keeping in _asleep(row).filter(is_told, remove_at__lt=timezone.now(), sandbox__state__in=_AT_REST):
        sandbox = keeping.sandbox
        source = frozenset({State(sandbox.state)})
        if services.move(sandbox=sandbox, sources=source, to=State.REMOVING, since=sandbox.state_at):
            yield sandbox


def _asleep(row: Engine) -> QuerySet[Keeping]:
    return Keeping.objects.filter(sandbox__engine=row).select_related("sandbox__engine", "sandbox__owner")
