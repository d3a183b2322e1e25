"""The work that workers do for sandboxes. A task may run twice or die anywhere: see advance.py."""

from datetime import timedelta
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_ready
from django.conf import settings

from slipway.engine.port import EngineError
from slipway.sandboxes import advance as advancing
from slipway.sandboxes import (
    copying,
    draining,
    engines,
    idle,
    images,
    keeping,
    leases,
    line,
    mailing,
    measuring,
    placing,
    pool,
    selectors,
    watching,
)
from slipway.sandboxes import reconcile as reconciling
from slipway.sandboxes.models import Engine, Sandbox, Snapshot
from slipway.sandboxes.queues import SENT_AGAIN_EXPIRES_SECONDS, STARTS, engine_queue, enqueue, task
from slipway.sandboxes.states import MOVING, State

log = structlog.get_logger(__name__)

KEEP_EXPIRES_SECONDS = 60
# A machine with all its snapshots, over a slow line.
MOVE_SECONDS = 3600


def bring_on(sandbox: Sandbox, *, expires: float | None = None) -> None:
    """Send the task that a moving sandbox waits for; one at rest waits for none."""
    if sandbox.state in MOVING and sandbox.engine is not None:
        enqueue(advance, str(sandbox.id), queue=engine_queue(sandbox.engine.name), expires=expires)
    elif sandbox.state == State.REQUESTED:
        enqueue(start, str(sandbox.id), queue=STARTS, expires=expires)


@task("sandboxes.start")
def start(sandbox_id: str) -> None:
    """Let a requested sandbox in if it is its turn: claim a warm machine or make one. Runs on any worker."""
    sandbox = selectors.sandbox_by_id(sandbox_id=UUID(sandbox_id))
    if sandbox is None:
        return
    if sandbox.engine is not None and sandbox.engine.name != settings.ENGINE_NAME:
        bring_on(sandbox)  # another worker took it first; what follows is its engine's
        return
    _advance(sandbox_id)
    if line.waiting().filter(id=sandbox_id).exists():
        for beside in engines.taking().exclude(name=settings.ENGINE_NAME):
            enqueue(let_in, queue=engine_queue(beside.name), expires=SENT_AGAIN_EXPIRES_SECONDS)


@task("sandboxes.advance")
def advance(sandbox_id: str) -> None:
    """Bring a sandbox of this worker's engine to rest."""
    sandbox = selectors.sandbox_by_id(sandbox_id=UUID(sandbox_id))
    if sandbox is not None and sandbox.engine is not None and sandbox.engine.name != settings.ENGINE_NAME:
        bring_on(sandbox)  # it was moved to another engine meanwhile
        return
    _advance(sandbox_id)


def _advance(sandbox_id: str) -> None:
    try:
        sandbox = advancing.advance(sandbox_id=UUID(sandbox_id))
    except EngineError as error:
        log.warning("sandbox stays as it is; reconcile will try again", sandbox=sandbox_id, error=str(error))
    except SoftTimeLimitExceeded:
        log.exception("sandbox took too long; reconcile will try again", sandbox=sandbox_id)
    else:
        if sandbox is None or not sandbox.is_waiting:
            _let_in()  # what came to rest has made room for others


def _let_in() -> None:
    if not line.waiting().exists():
        return
    try:
        admitted = placing.admit(row=engines.local())
    except EngineError as error:
        log.warning("nobody is let in", engine=settings.ENGINE_NAME, error=str(error))
        return
    for sandbox in admitted:
        bring_on(sandbox)
    placing.tell()


@task("sandboxes.let_in")
def let_in() -> None:
    """Let those in whose turn it is on this worker's engine, and tell all others where they stand."""
    _let_in()


def send_snapshot(snapshot: Snapshot, *, expires: float | None = None) -> None:
    """Send the task that a snapshot in the making waits for."""
    if snapshot.sandbox.engine is not None:
        queue = engine_queue(snapshot.sandbox.engine.name)
        enqueue(take_snapshot, snapshot.id, queue=queue, expires=expires)


@task("sandboxes.take_snapshot")
def take_snapshot(snapshot_id: int) -> None:
    """Make a snapshot, then bring on what found its machine taken meanwhile."""
    try:
        sandbox = copying.take(snapshot_id=snapshot_id)
    except EngineError as error:
        log.warning("snapshot not made; reconcile will try again", snapshot=snapshot_id, error=str(error))
        return
    except SoftTimeLimitExceeded:
        log.exception("snapshot took too long", snapshot=snapshot_id)
        copying.give_up(snapshot_id=snapshot_id)
        return
    if sandbox is not None and (now := selectors.sandbox_by_id(sandbox_id=sandbox.id)):
        bring_on(now)


@task("sandboxes.verify")
def verify(sandbox_id: str) -> None:
    """Look at once after a machine that somebody could not reach."""
    sandbox = selectors.sandbox_by_id(sandbox_id=UUID(sandbox_id))
    if sandbox is None:
        return
    try:
        is_dead = reconciling.verify(sandbox=sandbox)
    except EngineError as error:
        log.warning("could not look after a machine", sandbox=sandbox_id, error=str(error))
        return
    if is_dead:
        _advance(sandbox_id)


@task("sandboxes.reconcile")
def reconcile(stuck_after_seconds: float = reconciling.STUCK_AFTER.total_seconds()) -> None:
    """Mend what a crash left behind on this worker's engine, and send lost tasks again."""
    row = engines.local()
    with leases.hold("reconcile") as is_ours:
        if not is_ours:
            return
        images.take_over(row.images)
        try:
            for sandbox in reconciling.reconcile(row=row):
                bring_on(sandbox)
            watching.note_back(row=row)
            measuring.measure(row=row)
        except EngineError as error:
            log.warning("engine not reconciled", engine=row.name, error=str(error))
            engines.let_the_dead_end(row)
    for sandbox in watching.note_lost():
        bring_on(sandbox)
    if draining.due():
        enqueue(drain, queue=engine_queue(row.name), expires=SENT_AGAIN_EXPIRES_SECONDS)
    after = timedelta(seconds=stuck_after_seconds)
    for sandbox in reconciling.stuck(row=row, after=after):
        bring_on(sandbox, expires=SENT_AGAIN_EXPIRES_SECONDS)
    for snapshot in copying.unfinished(row=row, after=after):
        send_snapshot(snapshot, expires=SENT_AGAIN_EXPIRES_SECONDS)
    placing.give_up_absent(row=row)
    _let_in()


@task("sandboxes.drain", soft_time_limit=MOVE_SECONDS, time_limit=MOVE_SECONDS + 60)
def drain() -> None:
    """Move one machine away from each engine that drains, and let the next one fall asleep; then send for more."""
    with leases.hold("drain") as is_ours:
        if not is_ours:
            return
        for row in draining.due():
            try:
                is_moved = _drain(row)
            except EngineError as error:
                log.warning("engine not drained; it is tried again", engine=row.name, error=str(error))
            except SoftTimeLimitExceeded:
                log.exception("a machine took too long to move; it is tried again", engine=row.name)
            else:
                if is_moved:
                    enqueue(drain, queue=engine_queue(settings.ENGINE_NAME))


def _drain(row: Engine) -> bool:
    """Move one machine away, or let the next one fall asleep; tell whether one was moved."""
    sandbox = draining.next_to_move(row=row)
    if sandbox is None:
        if asleep := draining.next_to_sleep(row=row):
            bring_on(asleep)
        return False
    is_moved = draining.move(sandbox=sandbox)
    if now := selectors.sandbox_by_id(sandbox_id=sandbox.id):
        _go_on(now)
    return is_moved


def _go_on(sandbox: Sandbox) -> None:
    """Let in on its new engine who waits for a machine that was moved."""
    if sandbox.is_waiting and sandbox.engine is not None:
        enqueue(let_in, queue=engine_queue(sandbox.engine.name))


@task("sandboxes.sweep_disks")
def sweep_disks() -> None:
    """Delete the disks on this worker's engine that no sandbox needs."""
    row = engines.local()
    with leases.hold("sweep-disks") as is_ours:
        if not is_ours:
            return
        try:
            reconciling.sweep_disks(row=row)
            copying.make_room(row=row)
        except EngineError as error:
            log.warning("disks not swept", engine=row.name, error=str(error))


@task("sandboxes.keep_pool")
def keep_pool() -> None:
    """Start one warm machine if one is missing, and remove what nobody will want."""
    row = engines.local()
    with leases.hold("pool") as is_ours:
        if not is_ours:
            return
        try:
            measuring.refresh(row=row)
        except EngineError as error:
            log.warning("pool not kept", engine=row.name, error=str(error))
            return
        for surplus in pool.retire(row=row):
            _advance(str(surplus.id))
        if warm := pool.refill(row=row):
            _advance(str(warm.id))
            enqueue(keep_pool, queue=engine_queue(row.name), expires=SENT_AGAIN_EXPIRES_SECONDS)


@task("sandboxes.suspend_idle")
def suspend_idle() -> None:
    """Put machines to sleep that nobody uses."""
    for sandbox in idle.suspend_idle(row=engines.local()):
        bring_on(sandbox)


@task("sandboxes.keep")
def keep() -> None:
    """Do what is due for machines that sleep: pack one, remove what was kept as long as announced, send mails.

    Whichever of these fails, the others are done.
    """
    row = engines.local()
    enqueue(pack, queue=engine_queue(row.name), expires=KEEP_EXPIRES_SECONDS)
    with leases.hold("keep") as is_ours:
        if not is_ours:
            return
        for work in (keeping.announce_forgotten, _remove_due, mailing.send_due):
            try:
                work(row=row)
            except Exception:
                log.exception("machines that sleep: not all is done", work=work.__name__)


def _remove_due(*, row: Engine) -> None:
    for sandbox in keeping.remove_due(row=row):
        bring_on(sandbox)


@task("sandboxes.pack")
def pack() -> None:
    """Pack the machine whose day has come first, then send for the next one.

    One after the other, so that the processors stay the learners'.
    """
    row = engines.local()
    with leases.hold("pack") as is_ours:
        if is_ours and (packed := keeping.pack_next(row=row)):
            _advance(str(packed.id))
            enqueue(pack, queue=engine_queue(row.name), expires=KEEP_EXPIRES_SECONDS)


def take_up(**_signal: object) -> None:
    """Take up, as the first thing, what a worker before this one left in the middle."""
    enqueue(reconcile, 0.0, queue=engine_queue(settings.ENGINE_NAME))


worker_ready.connect(take_up)
