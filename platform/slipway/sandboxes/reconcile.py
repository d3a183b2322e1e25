"""Compare the database with an engine and mend both ways.

The engine is read first and the rows after it: a row names its machine before the container exists, so a container
without a row is nobody's. An engine that does not answer proves nothing: then nothing is declared dead or gone.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial

import structlog
from django.db.models import Q
from django.utils import timezone

from slipway.engine import port
from slipway.sandboxes import copying, engines, names, services, states
from slipway.sandboxes.models import Engine, Sandbox, StrayDisk
from slipway.sandboxes.states import State

log = structlog.get_logger(__name__)

# A row that is moving for less than this has a task on its way.
STUCK_AFTER = timedelta(seconds=5)
STRAY_DISK_KEPT = timedelta(days=1)


def reconcile(*, row: Engine) -> list[Sandbox]:
    """Mend the machines of one engine and return the sandboxes that are to be brought back.

    Raise `EngineUnreachableError` when it does not answer.
    """
    engine = engines.connect(row.socket)
    # A row that was ready before the look and has not moved since must have a machine in what the look saw.
    ready = list(Sandbox.objects.filter(engine=row, state=State.READY).select_related("engine"))
    machines = engine.machines()
    Engine.objects.filter(id=row.id).update(seen_at=timezone.now())
    running = {machine.name for machine in machines if machine.running}
    dead = [sandbox for sandbox in ready if sandbox.machine not in running and bring_back(sandbox=sandbox)]
    known = _known(row, {machine.name for machine in machines})
    for machine in machines:
        if _is_stray(machine.name, known):
            _mend("stray machine removed", machine.name, engine.stop_machine)
    return dead


def _known(row: Engine, machines: Collection[str]) -> dict[str, Sandbox]:
    return {sandbox.machine: sandbox for sandbox in Sandbox.objects.filter(engine=row, machine__in=machines)}


def bring_back(*, sandbox: Sandbox) -> bool:
    """Restart from its disk a machine that was ready and is dead, unless it was moved since the row was read."""
    ready = frozenset({State.READY})
    is_moved = services.move(sandbox=sandbox, sources=ready, to=State.RESUMING, since=sandbox.state_at)
    if is_moved:
        log.warning("dead machine is started again from its disk", machine=sandbox.machine)
    return is_moved


def verify(*, sandbox: Sandbox) -> bool:
    """Look whether a ready machine runs, and move it to be brought back when it does not; tell whether it was moved."""
    if sandbox.state != State.READY:
        return False
    machines = engines.of(sandbox).machines()
    is_running = any(machine.name == sandbox.machine and machine.running for machine in machines)
    return not is_running and bring_back(sandbox=sandbox)


def _is_stray(name: str, known: dict[str, Sandbox]) -> bool:
    if not names.is_machine(name):
        return False
    # A suspended row moved after its machine was stopped, so a machine of that name is what a dying worker left.
    return name not in known or known[name].state in states.ASLEEP | {State.GONE}


def sweep_disks(*, row: Engine) -> None:
    """Delete the disks of one engine that no sandbox needs. Raise `EngineUnreachableError` when it does not answer."""
    engine = engines.connect(row.socket)
    disks = engine.disks()
    places = {disk: machine for disk in disks if (machine := names.machine_of(disk.name))}
    known = _known(row, set(places.values()))
    # Read after the sandboxes: who goes back notes what is left behind in the same moment as the next generation.
    kept = copying.kept_disks(row=row)
    for disk, machine in places.items():
        sandbox = known.get(machine)
        if sandbox and _is_spent(sandbox, disk.name, kept):
            delete = partial(copying.delete_unneeded, engine, sandbox)
            _mend("disk of an earlier life deleted", disk.name, delete)
    strays = [disk for disk, machine in places.items() if machine not in known]
    _note_strays(row, strays)
    for stray in StrayDisk.objects.filter(engine=row, seen_at__lt=timezone.now() - STRAY_DISK_KEPT):
        _mend("stray disk deleted", stray.name, engine.delete_disk)


def _is_spent(sandbox: Sandbox, disk: str, kept: set[str]) -> bool:
    if sandbox.state == State.GONE:
        return True
    if disk in kept or sandbox.state not in {State.READY, State.SUSPENDED, State.ARCHIVED}:
        return False
    place = names.parse_disk(disk)
    return place is None or place[1] < sandbox.generation


def _note_strays(row: Engine, strays: list[port.Disk]) -> None:
    StrayDisk.objects.filter(engine=row).exclude(name__in=[disk.name for disk in strays]).delete()
    rows = [StrayDisk(engine=row, name=disk.name, used_bytes=disk.used_bytes) for disk in strays]
    StrayDisk.objects.bulk_create(rows, ignore_conflicts=True)


def _mend(what: str, name: str, mend: Callable[[str], object]) -> None:
    """Do one repair; a repair that fails is tried again the next time, and does not keep the others from theirs."""
    try:
        mend(name)
    except port.EngineUnreachableError:
        raise
    except port.EngineError as error:
        log.warning("could not mend", wanted=what, name=name, error=str(error))
    else:
        log.info(what, name=name)


def stuck(*, row: Engine, after: timedelta = STUCK_AFTER) -> list[Sandbox]:
    """Return the rows of this engine that move without anybody having finished; those in the line only wait."""
    moving = Sandbox.objects.filter(engine=row, state__in=states.MOVING, state_at__lte=timezone.now() - after)
    waiting = Q(state__in=states.WAITING, admitted_at=None)
    return list(moving.exclude(waiting).select_related("engine").order_by("state_at"))
