"""Bring a sandbox on: the engine's work that each moving state asks for.

A step first does its work on the engine, where already-so counts as done, and then moves the row by compare-and-set. A
worker that dies between the two leaves a row that is still moving, and whoever comes next does the step again.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from slipway.engine import port
from slipway.sandboxes import (
    copying,
    egress,
    engines,
    images,
    keeping,
    leases,
    measuring,
    names,
    placing,
    policies,
    pool,
    returning,
    services,
    snapshots,
    states,
)
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State

log = structlog.get_logger(__name__)


def advance(*, sandbox_id: UUID) -> Sandbox | None:
    """Bring a sandbox to rest and return it, or nothing when there is none or another worker does it now.

    One whose turn it is not yet is returned as it is: it waits in the line. Raise `EngineUnreachableError` when the
    engine does not answer: the row stays as it is, for the next who tries.
    """
    # Who finds the lease taken leaves. So the holder looks again once it is free: a request made meanwhile is not lost.
    while (sandbox := _load(sandbox_id)) and sandbox.state in states.MOVING:
        if sandbox.is_waiting and not placing.admit(row=sandbox.engine or engines.local(), only=sandbox):
            return sandbox
        with leases.hold(f"sandbox-{sandbox_id}") as is_ours:
            if not is_ours:
                return None
            _to_rest(sandbox_id)
    return sandbox


def _to_rest(sandbox_id: UUID) -> None:
    while (sandbox := _load(sandbox_id)) and (step := _step(sandbox)):
        state = State(sandbox.state)
        try:
            step(sandbox)
        except port.EngineUnreachableError:
            raise
        except port.EngineError as error:
            if not _give_up(sandbox, state, f"{error}"):
                raise


def _step(sandbox: Sandbox) -> Callable[[Sandbox], None] | None:
    return None if sandbox.is_waiting else _STEPS.get(State(sandbox.state))


def _give_up(sandbox: Sandbox, state: State, reason: str) -> bool:
    """Note the failure of a step where the state knows failing; tell whether the row has left that state."""
    if state in states.sources_of(State.FAILED):
        changes: dict[str, Any] = {"failure": reason[:500], "admitted_at": None}
        services.move(sandbox=sandbox, sources=frozenset({state}), to=State.FAILED, **changes)
    return not Sandbox.objects.filter(id=sandbox.id, state=state).exists()


def _load(sandbox_id: UUID) -> Sandbox | None:
    return Sandbox.objects.select_related("engine").filter(id=sandbox_id).first()


def _request(sandbox: Sandbox) -> None:
    row = engines.local()
    try:
        if pool.claim(sandbox=sandbox, row=row):
            return
        engines.connect(row.socket).ping()
    except port.EngineUnreachableError:
        placing.withdraw(sandbox=sandbox)  # an engine that is down takes nobody
        raise
    changes: dict[str, Any] = {"engine": row, "machine": names.new_machine(), "tag": images.tag_of(sandbox.image)}
    services.move(sandbox=sandbox, sources=frozenset({State.REQUESTED}), to=State.PREPARING, **changes)


def _start(sandbox: Sandbox) -> None:
    source = frozenset({State(sandbox.state)})
    engine = engines.of(sandbox)
    if sandbox.start_from:
        # The one that a packed machine left behind is packed.
        engine.unpack_disk(sandbox.start_from, floor_bytes=measuring.reserve().disk_bytes)
    try:
        with measuring.timed_start(sandbox.engine):
            engine.start_machine(_spec(sandbox, sandbox.start_from or "template"))
    except port.MachineNotReadyError as error:
        if not sandbox.start_from:
            raise
        log.info("went back to a broken inner Docker", sandbox=str(sandbox), error=str(error))
    _arrive(sandbox, source)


def _resume(sandbox: Sandbox) -> None:
    engine = engines.of(sandbox)
    if sandbox.is_packed:
        engine.unpack_disk(sandbox.disk, floor_bytes=measuring.reserve().disk_bytes)
        services.unpacked(sandbox=sandbox)
    try:
        # A machine that ran before must find its disk: from itself nothing can be copied, so a lost one is an error.
        with measuring.timed_start(sandbox.engine):
            engine.start_machine(_spec(sandbox, sandbox.disk))
        returning.start_again(engine=engine, sandbox=sandbox)
    except port.MachineNotReadyError as error:
        log.info("resumed with a broken inner Docker: its learner can mend it", sandbox=str(sandbox), error=str(error))
    _arrive(sandbox, frozenset({State.RESUMING}))


def _arrive(sandbox: Sandbox, source: frozenset[State]) -> None:
    new: dict[str, Any] = {"boot": F("boot") + 1, "failure": "", "running": [], "start_from": "", "is_packed": False}
    new["policy"] = policies.of(sandbox.kind).noted
    with transaction.atomic():
        # Only from the very wait that this start was for: another engine may have taken it over meanwhile.
        if services.move(sandbox=sandbox, sources=source, to=State.READY, since=sandbox.state_at, **new):
            keeping.end(sandbox=sandbox)


def _spec(sandbox: Sandbox, start_from: str) -> port.MachineSpec:
    policy = policies.of(sandbox.kind)
    return port.MachineSpec(
        name=sandbox.machine,
        disk=sandbox.disk,
        image=sandbox.tag,
        start_from=start_from,
        limits=policy.limits,
        confinement=policy.confinement,
        environment=egress.environment() if policy.has_relay else {},
        labels={"slipway.sandbox": sandbox.machine},
    )


def _suspend(sandbox: Sandbox) -> None:
    engine = engines.of(sandbox)
    returning.note(engine=engine, sandbox=sandbox)
    engine.stop_machine(sandbox.machine)
    keeping.begin(sandbox=sandbox)


def _archive(sandbox: Sandbox) -> None:
    try:
        # What it takes meanwhile it gives back with more: so it may have half of what is kept for the host.
        engines.of(sandbox).pack_disk(sandbox.disk, floor_bytes=measuring.reserve().disk_bytes // 2)
    except port.EngineUnreachableError:
        raise
    except port.EngineError as error:
        log.warning("disk not packed; it is tried again later", sandbox=str(sandbox), error=str(error))
        keeping.pack_later(sandbox=sandbox)
    else:
        services.move(sandbox=sandbox, sources=frozenset({State.ARCHIVING}), to=State.ARCHIVED)


def _reset(sandbox: Sandbox) -> None:
    engine = engines.of(sandbox)
    engine.stop_machine(sandbox.machine)
    copying.settle_left_behind(engine=engine, sandbox=sandbox)
    returning.forget(sandbox=sandbox)
    _start(sandbox)
    copying.thin(engine=engine, sandbox=sandbox)
    copying.delete_disks(engine, sandbox, keep=copying.needed_disks(sandbox))


def _remove(sandbox: Sandbox) -> None:
    engine = engines.of(sandbox)
    engine.stop_machine(sandbox.machine)
    returning.forget(sandbox=sandbox)
    snapshots.discard_all(sandbox=sandbox)
    copying.delete_disks(engine, sandbox, keep=())
    services.move(sandbox=sandbox, sources=frozenset({State.REMOVING}), to=State.GONE)
    if sandbox.owner_id is None:
        sandbox.delete()


_STEPS: dict[State, Callable[[Sandbox], None]] = {
    State.REQUESTED: _request,
    State.PREPARING: _start,
    State.RESUMING: _resume,
    State.SUSPENDING: _suspend,
    State.ARCHIVING: _archive,
    State.RESETTING: _reset,
    State.REMOVING: _remove,
}
