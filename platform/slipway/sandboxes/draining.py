"""Empty an engine: its machines fall asleep one by one, and each is moved with its disks to an engine that has room.

The site's worker does it, which alone reaches all engines. A machine is on one engine at any time, and its row says on
which: disks are copied first, then the row is changed in one step if nothing else happened to it, and what is left
behind is deleted last. Whoever dies in between leaves copies that nobody has, which reconcile deletes after a day.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from slipway.engine import port
from slipway.sandboxes import copying, engines, measuring, names, services, states
from slipway.sandboxes.models import Engine, Sandbox, Snapshot
from slipway.sandboxes.states import State

log = structlog.get_logger(__name__)

# What is packed and unpacked there lies twice on the disk for a moment.
_TIMES = 2


def begin(*, row: Engine, at: datetime) -> None:
    """Let an engine take nobody from now on, and move its machines away from a moment on; tell their learners."""
    Engine.objects.filter(id=row.id).update(state=Engine.State.DRAINING, drains_at=at)
    _tell(row)


def end(*, row: Engine) -> None:
    """Open an engine again."""
    Engine.objects.filter(id=row.id).update(state=Engine.State.OPEN, drains_at=None)
    _tell(row)


def _tell(row: Engine) -> None:
    for sandbox in Sandbox.objects.filter(engine=row, owner__isnull=False).exclude(state=State.GONE):
        services.announce(sandbox=sandbox)


def due() -> list[Engine]:
    """Return the engines whose machines are to be moved now, and that this host reaches."""
    rows = engines.answering().filter(state=Engine.State.DRAINING, drains_at__lte=timezone.now()).order_by("id")
    return [row for row in rows if _is_reached(row)]


def _is_reached(row: Engine) -> bool:
    return Path(row.socket).exists()


def left_on(row: Engine) -> QuerySet[Sandbox]:
    """Return the machines of learners that an engine has."""
    return Sandbox.objects.filter(engine=row, owner__isnull=False).exclude(state=State.GONE)


def next_to_move(*, row: Engine) -> Sandbox | None:
    """Return the machine at rest that is moved next: first of those whose learners wait, then of those who slept last.

    Nobody is kept waiting by one that fits nowhere. Raise `EngineError`.
    """
    waiting = Q(state__in=[State.RESUMING, State.RESETTING], admitted_at=None)
    at_rest = waiting | Q(state__in=[State.SUSPENDED, State.ARCHIVED, State.FAILED])
    rows = left_on(row).filter(at_rest).exclude(machine="").exclude(_being_copied()).select_related("engine")
    ordered = sorted(rows, key=lambda each: (each.state not in states.WAITING, -each.used_at.timestamp()))
    sizes = _sizes(row)
    return next((each for each in ordered if _target(row, sizes[each.machine]) is not None), None)


def next_to_sleep(*, row: Engine) -> Sandbox | None:
    """Move the next machine towards sleep and return it; none while one is on its way, or where nobody has room.

    Raise `EngineError`.
    """
    if left_on(row).filter(state=State.SUSPENDING).exists():
        return None
    ready, sizes = frozenset({State.READY}), _sizes(row)
    for sandbox in left_on(row).filter(state=State.READY).exclude(_being_copied()).order_by("used_at"):
        has_room = _target(row, sizes[sandbox.machine]) is not None
        if has_room and services.move(sandbox=sandbox, sources=ready, to=State.SUSPENDING):
            return sandbox
    return None


def _being_copied() -> Q:
    making = Snapshot.objects.filter(state=Snapshot.State.MAKING).exclude(kind=Snapshot.Kind.LEFT)
    return Q(id__in=making.values("sandbox"))


def move(*, sandbox: Sandbox) -> bool:
    """Move a machine at rest with all its disks to the engine that has most room; tell whether it is there now.

    Raise `EngineError`: then it is where it was.
    """
    old = engines.of(sandbox)
    present = {disk.name: disk for disk in old.disks() if names.machine_of(disk.name) == sandbox.machine}
    sent = [present[name] for name in sorted(copying.needed_disks(sandbox)) if name in present]
    target = _target(engines.row_of(sandbox), sum(disk.whole_bytes for disk in sent))
    if target is None:
        return False
    new, floor = engines.connect(target.socket), measuring.reserve().disk_bytes
    for tag in sorted({sandbox.tag, *_live(sandbox).values_list("tag", flat=True)} - {""}):
        old.send_image(tag, new)
    for disk in sent:
        old.send_disk(disk.name, new, floor_bytes=floor)
        if not disk.is_packed:
            new.unpack_disk(disk.name, floor_bytes=floor)
    is_moved = _hand_over(sandbox, target, {disk.name for disk in sent}, set(present))
    if is_moved:
        _delete(old, sandbox, list(present.values()))
    else:
        _delete(new, sandbox, sent)
    log.info("machine moved" if is_moved else "machine not moved: it was used meanwhile", machine=sandbox.machine,
             source=str(sandbox.engine), target=target.name)  # fmt: skip
    return is_moved


def _live(sandbox: Sandbox) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(sandbox=sandbox, state__in=Snapshot.LIVE)


@transaction.atomic
def _hand_over(sandbox: Sandbox, target: Engine, sent: Collection[str], present: Collection[str]) -> bool:
    """Write down where the machine is now, if nothing happened to it and to its disks since it was looked at."""
    # It did not run since its disk was copied.
    unused = {"engine": sandbox.engine, "generation": sandbox.generation, "boot": sandbox.boot}
    rows = Sandbox.objects.filter(id=sandbox.id, **unused)
    # Whoever came back meanwhile waits, and goes on there.
    same = Q(state=sandbox.state, state_at=sandbox.state_at) | Q(state=State.RESUMING)
    rows = rows.filter(same).filter(~Q(state__in=states.WAITING) | Q(admitted_at=None)).exclude(_being_copied())
    if (copying.needed_disks(sandbox) & set(present)) - set(sent) or not rows.update(engine=target):
        return False
    sandbox_now = Sandbox.objects.select_related("engine").get(id=sandbox.id)
    services.announce(sandbox=sandbox_now)
    return True


def _delete(engine: port.Engine, sandbox: Sandbox, disks: Sequence[port.Disk]) -> None:
    for disk in disks:
        try:
            engine.delete_disk(disk.name)
        except port.EngineError as error:
            log.warning("copy of a disk stays for a day", disk=disk.name, machine=sandbox.machine, error=str(error))


def _target(row: Engine, size_bytes: int) -> Engine | None:
    """Return the other engine that takes machines and has most room for such disks, if any has enough."""
    rows = engines.taking().filter(capacity__isnull=False).exclude(id=row.id)
    free = {each: measuring.capacity_of(each).free.disk_bytes for each in rows if _is_reached(each)}
    wanted = size_bytes * _TIMES + measuring.reserve().disk_bytes
    fitting = [each for each, room in free.items() if room >= wanted]
    return max(fitting, key=lambda each: free[each], default=None)


def _sizes(row: Engine) -> Counter[str]:
    """Return what the disks of each machine of an engine take, by the machine's name."""
    sizes: Counter[str] = Counter()
    for disk in engines.connect(row.socket).disks():
        if machine := names.machine_of(disk.name):
            sizes[machine] += disk.whole_bytes
    return sizes


def forget_gone(*, row: Engine) -> None:
    """Let machines that are gone have no engine, so that its row can go."""
    Sandbox.objects.filter(engine=row, state=State.GONE).update(engine=None)
    Sandbox.objects.filter(engine=row, owner=None).delete()


def give_up(*, row: Engine) -> int:
    """Let the machines of an engine that is lost for good be gone, and tell their learners; return how many."""
    given_up = 0
    for sandbox in left_on(row):
        snapshots = Snapshot.objects.filter(sandbox=sandbox, state__in=Snapshot.LIVE)
        snapshots.update(state=Snapshot.State.GONE, failure=LOST[:500])
        rows = Sandbox.objects.filter(id=sandbox.id).exclude(state=State.GONE)
        given_up += rows.update(state=State.GONE, state_at=timezone.now(), failure=LOST, machine=F("machine"))
        sandbox.refresh_from_db()
        services.announce(sandbox=sandbox)
    return given_up


LOST = gettext_noop(
    "The host that had this machine is lost, and the machine's files with it. Your progress is kept: start a new one."
)
