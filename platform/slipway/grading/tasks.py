"""The work that workers do for attempts. A task may run twice or die anywhere: leases and compare-and-set see to it."""

from datetime import timedelta
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_ready
from django.conf import settings
from django.dispatch import receiver

from slipway.engine.port import EngineError, MachineMissingError
from slipway.grading import checking, lost, machines, selectors, setup, snapshots
from slipway.grading.models import Attempt
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.queues import SENT_AGAIN_EXPIRES_SECONDS, engine_queue, enqueue, task
from slipway.sandboxes.signals import sandbox_ready
from slipway.sandboxes.tasks import send_snapshot
from slipway.sandboxes.tasks import verify as verify_sandbox

log = structlog.get_logger(__name__)

SET_UP_SECONDS = 240
# A drill, and the look at the machine that follows.
CHECK_SECONDS = 120


def send_what_is_due(attempt: Attempt, sandbox: Sandbox | None, *, expires: float | None = None) -> None:
    """Send what an attempt waits for to the engine that has its machine: setup, else the check runs asked for."""
    is_due = sandbox is not None and machines.is_set_up_due(attempt, sandbox)
    # Without a machine there is nothing to ask an engine: any worker can say so.
    name = sandbox.engine.name if sandbox and sandbox.engine else settings.ENGINE_NAME
    enqueue(set_up if is_due else run_checks, str(attempt.id), queue=engine_queue(name), expires=expires)


def keep_start(attempt: Attempt) -> None:
    """Have the start of the exercise kept that the learner has come to, as a snapshot to go back to."""
    if snapshot := snapshots.request_start(attempt=attempt):
        send_snapshot(snapshot)


@task("grading.run_checks", soft_time_limit=CHECK_SECONDS, time_limit=CHECK_SECONDS + 30)
def run_checks(attempt_id: str) -> None:
    """Do one check run that was asked for, and queue for the next, behind what others wait for.

    Who passed an exercise has come to another one.
    """
    try:
        if following := checking.run_next(attempt_id=UUID(attempt_id)):
            send_what_is_due(following, machines.sandbox_of(following))
    except EngineError as error:
        _later(attempt_id, error)
    else:
        if attempt := selectors.attempt_by_id(attempt_id=UUID(attempt_id)):
            keep_start(attempt)


@task("grading.set_up", soft_time_limit=SET_UP_SECONDS, time_limit=SET_UP_SECONDS + 30)
def set_up(attempt_id: str) -> None:
    """Set the machine up, then do the check runs that waited for it."""
    try:
        setup.set_up(attempt_id=UUID(attempt_id))
    except EngineError as error:
        _later(attempt_id, error)
        return
    except SoftTimeLimitExceeded:
        log.exception("setup took too long; it is tried again", attempt=attempt_id)
        return
    run_checks(attempt_id)


def _later(attempt_id: str, error: EngineError) -> None:
    log.warning("attempt waits for its machine", attempt=attempt_id, error=str(error))
    attempt = selectors.attempt_by_id(attempt_id=UUID(attempt_id))
    sandbox = machines.sandbox_of(attempt) if attempt else None
    if sandbox is not None and isinstance(error, MachineMissingError):
        queue = engine_queue(settings.ENGINE_NAME)
        enqueue(verify_sandbox, str(sandbox.id), queue=queue, expires=SENT_AGAIN_EXPIRES_SECONDS)


@task("grading.requeue")
def requeue(lost_after_seconds: float = lost.LOST_AFTER.total_seconds()) -> None:
    """Send again what nobody finished: check runs, and setups of machines in use."""
    after = timedelta(seconds=lost_after_seconds)
    for attempt in lost.unchecked(after=after):
        send_what_is_due(attempt, machines.sandbox_of(attempt), expires=SENT_AGAIN_EXPIRES_SECONDS)
    for attempt, sandbox in lost.not_set_up(engine=settings.ENGINE_NAME, after=after):
        send_what_is_due(attempt, sandbox, expires=SENT_AGAIN_EXPIRES_SECONDS)


@receiver(sandbox_ready)
def go_on(sandbox: Sandbox, **_signal: object) -> None:
    """Go on with the lesson that its learner is at, now that the machine answers."""
    if attempt := selectors.latest_attempt(sandbox=sandbox):
        send_what_is_due(attempt, sandbox)


def take_up(**_signal: object) -> None:
    """Take up, as the first thing, what a worker before this one left in the middle."""
    enqueue(requeue, 0.0, queue=engine_queue(settings.ENGINE_NAME))


worker_ready.connect(take_up)
