"""The engine's work for snapshots: copies are made, and what nobody needs is deleted.

As in advance.py the work comes first and the row's move after it: a worker that dies between the two leaves a snapshot
that is still in the making, and whoever comes next makes it again under the same name.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from slipway.engine import port
from slipway.engine.programs import command
from slipway.sandboxes import engines, leases, measuring, names, snapshots
from slipway.sandboxes.models import Engine, Sandbox, Snapshot
from slipway.sandboxes.states import ASLEEP, State

log = structlog.get_logger(__name__)

# So long a snapshot waits for the command that runs in a terminal; then it is taken in its middle.
COMMAND_WAITS = timedelta(seconds=60)
SETTLE_SECONDS = 10.0
# So many whole disks the snapshots of a machine that nobody named may take together.
THINNED_DISKS = 2
# What `settle` ends with.
MIDDLE_OF_COMMAND, UNSETTLED = 1, 2
_THINNED = (Snapshot.Kind.START, Snapshot.Kind.LEFT)
# After that it is not tried again.
GIVEN_UP_AFTER = timedelta(minutes=15)
_TOO_LATE = gettext_noop("The machine was reset or removed before its snapshot could be taken.")
_FAILED = gettext_noop("The machine failed before its snapshot could be taken.")
_NEVER_FREE = gettext_noop(
    "The machine or its engine was busy for so long that the snapshot was given up. Ask for it again."
)
_TOO_SLOW = gettext_noop("Copying the machine's disk took too long.")
_PACKED = gettext_noop(
    "The machine slept for so long that its disk was packed away. Resume it, then ask for the snapshot again."
)
_NO_DISK = gettext_noop("The machine's disk was not found.")


def take(*, snapshot_id: int) -> Sandbox | None:
    """Make a snapshot that was asked for; return its sandbox, for which others may wait now.

    It stays in the making while another worker has the machine, or a command runs in a terminal, though not for ever.
    Raise `EngineUnreachableError` or `EngineBusyError` likewise.
    """
    snapshot = _load(snapshot_id)
    if snapshot is None:
        return None
    with leases.hold(f"sandbox-{snapshot.sandbox_id}") as is_ours:
        if is_ours and (snapshot := _load(snapshot_id)):
            _take(snapshot, snapshot.sandbox)
    return snapshot.sandbox if snapshot else None


def give_up(*, snapshot_id: int) -> None:
    """Give up a snapshot that took so long that its worker was stopped: once more would take as long."""
    if snapshot := _load(snapshot_id):
        snapshots.give_up(snapshot=snapshot, reason=_TOO_SLOW)


def _load(snapshot_id: int) -> Snapshot | None:
    return _asked_for().filter(id=snapshot_id).first()


def _asked_for() -> QuerySet[Snapshot]:
    rows = Snapshot.objects.filter(state=Snapshot.State.MAKING).exclude(kind=Snapshot.Kind.LEFT)
    return rows.select_related("sandbox__engine")


def unfinished(*, row: Engine, after: timedelta) -> list[Snapshot]:
    """Return the snapshots that were asked for so long ago on this engine and are not made yet."""
    return list(_asked_for().filter(sandbox__engine=row, asked_at__lte=timezone.now() - after).order_by("asked_at"))


def _take(snapshot: Snapshot, sandbox: Sandbox) -> None:
    if sandbox.generation != snapshot.generation or sandbox.state in {State.REMOVING, State.GONE}:
        snapshots.give_up(snapshot=snapshot, reason=_TOO_LATE)
    elif sandbox.state == State.FAILED:
        snapshots.give_up(snapshot=snapshot, reason=_FAILED)
    elif sandbox.state in ASLEEP and sandbox.is_packed:
        snapshots.give_up(snapshot=snapshot, reason=_PACKED)
    elif sandbox.state in {State.READY, State.SUSPENDED}:
        _take_at_rest(engines.of(sandbox), sandbox, snapshot)
    elif _age(snapshot) > GIVEN_UP_AFTER:
        snapshots.give_up(snapshot=snapshot, reason=_NEVER_FREE)


def _age(snapshot: Snapshot) -> timedelta:
    return timezone.now() - snapshot.asked_at


def _take_at_rest(engine: port.Engine, sandbox: Sandbox, snapshot: Snapshot) -> None:
    """Copy the disk unless a command runs that is to be waited for, or a copy of it as it is now is there."""
    status = _settled(engine, sandbox) if sandbox.state == State.READY else None
    if status == MIDDLE_OF_COMMAND and _age(snapshot) < COMMAND_WAITS:
        return
    # That a machine that runs has written all out it says itself: enough for its learner's own starts alone.
    is_written_out = status is None or (status == 0 and snapshot.kind != Snapshot.Kind.NAMED)
    try:
        _copy(engine, sandbox, snapshot, may_share=is_written_out)
    except port.EngineUnreachableError:
        raise
    except port.EngineBusyError:
        if _age(snapshot) < GIVEN_UP_AFTER:
            raise
        snapshots.give_up(snapshot=snapshot, reason=_NEVER_FREE)
    except port.EngineError as error:
        snapshots.give_up(snapshot=snapshot, reason=str(error))
    else:
        thin(engine=engine, sandbox=sandbox)


def _settled(engine: port.Engine, sandbox: Sandbox) -> int:
    """Have the machine write out what waits for its disk; return how that ended, 0 only when all is on the disk."""
    try:
        return engine.run(sandbox.machine, command("settle"), timeout_seconds=SETTLE_SECONDS).exit_status
    except port.EngineUnreachableError:
        raise
    except port.EngineError as error:
        log.info("machine does not settle; its snapshot is taken as it is", sandbox=str(sandbox), error=str(error))
        return UNSETTLED


def _copy(engine: port.Engine, sandbox: Sandbox, snapshot: Snapshot, *, may_share: bool) -> None:
    disks = {disk.name: disk for disk in engine.disks()}
    source = disks.get(sandbox.disk)
    if source is None:
        snapshots.give_up(snapshot=snapshot, reason=_NO_DISK)
    elif may_share and (same := _same_as(sandbox, source, disks)):
        snapshots.made(snapshot=snapshot, disk=same.name, used_bytes=same.used_bytes)
    else:
        floor = snapshots.floor_bytes(row=engines.row_of(sandbox), kind=sandbox.kind)
        engine.copy_disk(source.name, snapshot.disk, floor_bytes=floor)
        used = next((disk.used_bytes for disk in engine.disks() if disk.name == snapshot.disk), source.used_bytes)
        snapshots.made(snapshot=snapshot, disk=snapshot.disk, used_bytes=used)


def _same_as(sandbox: Sandbox, source: port.Disk, disks: dict[str, port.Disk]) -> port.Disk | None:
    """Return the copy that was made of a disk since it changed last, if there is one."""
    ready = Snapshot.objects.filter(sandbox=sandbox, generation=sandbox.generation, state=Snapshot.State.READY)
    copies = (disks[name] for name in ready.values_list("disk", flat=True) if name in disks)
    return next((copy for copy in copies if copy.changed_at_ns == source.changed_at_ns), None)


def settle_left_behind(*, engine: port.Engine, sandbox: Sandbox) -> None:
    """Take stock of the disks that a machine, which is stopped now, leaves behind."""
    rows = Snapshot.objects.filter(sandbox=sandbox, kind=Snapshot.Kind.LEFT, state=Snapshot.State.MAKING)
    if not (left := list(rows.select_related("sandbox"))):
        return
    disks = {disk.name: disk for disk in engine.disks()}
    for snapshot in left:
        if disk := disks.get(snapshot.disk):
            # What a packed one takes, once it is unpacked to go back to.
            snapshots.made(snapshot=snapshot, disk=disk.name, used_bytes=disk.whole_bytes)
        else:
            snapshots.give_up(snapshot=snapshot, reason=_NO_DISK)


def needed_disks(sandbox: Sandbox) -> set[str]:
    """Return the names of the disks that a machine runs on, starts from, or may go back to."""
    # The sandbox first: who goes back notes what is left behind in the same moment as the next generation.
    now = Sandbox.objects.exclude(state=State.GONE).filter(id=sandbox.id).first()
    live = Snapshot.objects.filter(sandbox=sandbox, state__in=Snapshot.LIVE).values_list("disk", flat=True)
    return {now.disk, now.start_from, *live} if now else set()


def kept_disks(*, row: Engine) -> set[str]:
    """Return the names of all disks on an engine that snapshots need, or machines on their way back to one."""
    live = Snapshot.objects.filter(sandbox__engine=row, state__in=Snapshot.LIVE).values_list("disk", flat=True)
    going = Sandbox.objects.filter(~Q(start_from=""), engine=row).values_list("start_from", flat=True)
    return {*live, *going}


def delete_disks(engine: port.Engine, sandbox: Sandbox, *, keep: Collection[str]) -> None:
    """Delete all disks of a machine and all copies of them but these."""
    for disk in engine.disks():
        if names.machine_of(disk.name) == sandbox.machine and disk.name not in keep:
            engine.delete_disk(disk.name)


def thin(*, engine: port.Engine, sandbox: Sandbox) -> None:
    """Let go of what is too much of what nobody named, the oldest first.

    That are exercises' starts beyond the number that is kept, and then what takes more room than a machine may.
    """
    rows = list(_thinned().filter(sandbox=sandbox).order_by("-asked_at"))
    surplus = [each for each in rows if each.kind == Snapshot.Kind.START][settings.SNAPSHOTS :]
    surplus += _beyond_budget([each for each in rows if each not in surplus], engines.row_of(sandbox))
    for snapshot in surplus:
        snapshots.discard(snapshot=snapshot)
    if surplus:
        delete_disks(engine, sandbox, keep=needed_disks(sandbox))


def _thinned() -> QuerySet[Snapshot]:
    rows = Snapshot.objects.filter(kind__in=_THINNED, state=Snapshot.State.READY)
    return rows.select_related("sandbox__engine")


def _beyond_budget(rows: Iterable[Snapshot], row: Engine) -> list[Snapshot]:
    """Return what does not fit any more; the rows come newest first, and a disk that several have counts once."""
    if row.capacity is None:
        return []
    left = measuring.capacity_of(row).disk_limit_bytes * THINNED_DISKS
    sizes: dict[str, int] = {}
    surplus = []
    for each in rows:
        sizes[each.disk] = each.used_bytes
        if sum(sizes.values()) > left:
            surplus.append(each)
    return surplus


def make_room(*, row: Engine) -> None:
    """Where an engine is short of room for machines to start, let go of what nobody named.

    First of the machine that holds most, and of that the oldest.
    """
    engine, freed = engines.connect(row.socket), 0
    measuring.measure(row=row)
    sizes = {disk.name: disk.used_bytes for disk in engine.disks()}
    held = _held(row)
    while held:
        sandbox = max(held, key=lambda each: sum(sizes.get(disk, 0) for disk in held[each]))
        if not snapshots.is_short_of_room(row=row, kind=sandbox.kind, wanted_bytes=-freed):
            return
        disk, together = held[sandbox].popitem()
        if not held[sandbox]:
            del held[sandbox]
        with leases.hold(f"sandbox-{sandbox.id}") as is_ours:
            if is_ours:
                for snapshot in together:
                    snapshots.discard(snapshot=snapshot)
                    log.warning("host is short of room: a snapshot is given up", snapshot=str(snapshot))
                freed += _delete(engine, sandbox, disk) * sizes.get(disk, 0)


def _held(row: Engine) -> dict[Sandbox, dict[str, list[Snapshot]]]:
    """Return the disks that would be free without the snapshots that have them, by machine, the oldest last."""
    named = Snapshot.objects.filter(kind=Snapshot.Kind.NAMED, state__in=Snapshot.LIVE).values("disk")
    rows = _thinned().filter(sandbox__engine=row).exclude(disk__in=named).exclude(sandbox__start_from=F("disk"))
    held: dict[Sandbox, dict[str, list[Snapshot]]] = {}
    for snapshot in rows.order_by("-asked_at"):
        held.setdefault(snapshot.sandbox, {}).setdefault(snapshot.disk, []).append(snapshot)
    return held


def delete_unneeded(engine: port.Engine, sandbox: Sandbox, disk: str) -> None:
    """Delete a disk of a machine unless it is needed, or another worker has the machine."""
    with leases.hold(f"sandbox-{sandbox.id}") as is_ours:
        if is_ours:
            _delete(engine, sandbox, disk)


def _delete(engine: port.Engine, sandbox: Sandbox, disk: str) -> bool:
    """Delete a disk of a machine unless it is needed; tell whether.

    Only who has the machine's lease may: whoever is just making a snapshot may find that it is the same as this disk.
    """
    if disk in needed_disks(sandbox):
        return False
    engine.delete_disk(disk)
    return True
