"""Put machines to sleep whose time is over: nobody used them for a while, or they have been awake for very long.

Used means: somebody typed, a program printed on a terminal, or a check looked. Whether a page is open does not matter.
"""

from datetime import UTC, datetime

import structlog
from django.utils import timezone

from slipway.engine import port
from slipway.engine.programs import command
from slipway.sandboxes import engines, services
from slipway.sandboxes.models import Engine, Sandbox, Snapshot
from slipway.sandboxes.states import State

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0


def suspend_idle(*, row: Engine) -> list[Sandbox]:
    """Move this engine's machines whose time is over towards sleep; return them.

    One that stands still for a snapshot waits for it: nothing can be seen in it meanwhile.
    """
    ready = Sandbox.objects.filter(engine=row, owner__isnull=False, state=State.READY).select_related("engine")
    ready = ready.exclude(snapshots__state=Snapshot.State.MAKING)
    return [sandbox for sandbox in ready if sandbox.ends_at <= timezone.now() and _is_moved(sandbox)]


def _is_moved(sandbox: Sandbox) -> bool:
    source = frozenset({State.READY})
    if sandbox.latest_end <= timezone.now():
        return services.move(sandbox=sandbox, sources=source, to=State.SUSPENDING, since=sandbox.state_at)
    # Without a page nobody told of what programs print.
    services.touch(sandbox_id=sandbox.id, at=_last_activity(sandbox))
    sandbox.refresh_from_db(fields=["used_at"])
    if sandbox.ends_at > timezone.now():
        return False
    return services.move(sandbox=sandbox, sources=source, to=State.SUSPENDING, unused_since=sandbox.used_at)


def _last_activity(sandbox: Sandbox) -> datetime:
    """Return when a terminal of the machine was last read or written; long ago where that cannot be seen."""
    never = datetime.fromtimestamp(0, UTC)
    try:
        result = engines.of(sandbox).run(sandbox.machine, command("activity"), timeout_seconds=LOOK_SECONDS)
        seconds = float(result.stdout)
    except (port.EngineError, ValueError) as error:
        log.info("terminals not seen", sandbox=str(sandbox), error=str(error))
        return never
    # It is the learner's machine that says so.
    return min(datetime.fromtimestamp(seconds, UTC), timezone.now()) if 0 <= seconds < 2**40 else never
