"""The work that workers do for sandboxes. A task may run twice or die anywhere: see advance.py."""

from datetime import timedelta
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_ready
from django.conf import settings

from slipway.engine.port import EngineError
from slipway.sandboxes import advance as advancing
from slipway.sandboxes import engines, idle, leases, line, measuring, placing, pool, selectors
from slipway.sandboxes import reconcile as reconciling
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.queues import SENT_AGAIN_EXPIRES_SECONDS, STARTS, engine_queue, enqueue, task
from slipway.sandboxes.states import MOVING, State

log = structlog.get_logger(__name__)


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
        for beside in engines.answering().exclude(name=settings.ENGINE_NAME):
            enqueue(let_in, queue=engine_queue(beside.name), expires=SENT_AGAIN_EXPIRES_SECONDS)


@task("sandboxes.advance")
def advance(sandbox_id: str) -> None:
    """Bring a sandbox of this worker's engine to rest."""
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
        try:
            for sandbox in reconciling.reconcile(row=row):
                bring_on(sandbox)
            measuring.measure(row=row)
        except EngineError as error:
            log.warning("engine not reconciled", engine=row.name, error=str(error))
    for sandbox in reconciling.stuck(row=row, after=timedelta(seconds=stuck_after_seconds)):
        bring_on(sandbox, expires=SENT_AGAIN_EXPIRES_SECONDS)
    for sandbox in placing.give_up_absent(row=row):
        bring_on(sandbox)
    _let_in()


@task("sandboxes.sweep_disks")
def sweep_disks() -> None:
    """Delete the disks on this worker's engine that no sandbox needs."""
    row = engines.local()
    with leases.hold("sweep-disks") as is_ours:
        if not is_ours:
            return
        try:
            reconciling.sweep_disks(row=row)
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


def take_up(**_signal: object) -> None:
    """Take up, as the first thing, what a worker before this one left in the middle."""
    enqueue(reconcile, 0.0, queue=engine_queue(settings.ENGINE_NAME))


worker_ready.connect(take_up)
