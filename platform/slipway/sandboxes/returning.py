"""What a machine finds again beside its disk: what its terminals showed, and the containers that ran."""

import json
import re

import structlog

from slipway.engine import port
from slipway.engine.programs import command
from slipway.sandboxes import scrollback
from slipway.sandboxes.models import Sandbox

log = structlog.get_logger(__name__)

LIST_SECONDS = 5.0
START_SECONDS = 30.0
MAX_CONTAINERS = 64
_ID = re.compile(r"[0-9a-f]{64}")


def note(*, engine: port.Engine, sandbox: Sandbox) -> None:
    """Note it, before the machine is stopped. Where it has gone already, what was noted before stays."""
    try:
        scrollback.keep(engine=engine, sandbox=sandbox)
        if sandbox.restarts:
            running = _running(engine, sandbox)
            Sandbox.objects.filter(id=sandbox.id).update(running=running)
    except port.MachineMissingError:
        log.info("machine had gone before it was suspended", sandbox=str(sandbox))


def _running(engine: port.Engine, sandbox: Sandbox) -> list[str]:
    try:
        result = engine.run(sandbox.machine, command("containers", "list"), timeout_seconds=LIST_SECONDS)
        told = json.loads(result.stdout)
    except (port.EngineUnreachableError, port.MachineMissingError):
        raise
    except (port.EngineError, ValueError, RecursionError) as error:
        log.info("containers not seen, so none is started again", sandbox=str(sandbox), error=str(error))
        return []
    ids = told if isinstance(told, list) else []
    return [each for each in ids if isinstance(each, str) and _ID.fullmatch(each)][:MAX_CONTAINERS]


def start_again(*, engine: port.Engine, sandbox: Sandbox) -> None:
    """Start the containers that ran when the machine slept. One that does not start is its learner's to mend."""
    if not sandbox.running:
        return
    try:
        argv = command("containers", "start", *sandbox.running)
        result = engine.run(sandbox.machine, argv, timeout_seconds=START_SECONDS)
    except (port.EngineUnreachableError, port.MachineMissingError):
        raise
    except port.EngineError as error:
        log.info("containers not started again", sandbox=str(sandbox), error=str(error))
    else:
        if result.stderr:
            log.info("containers not started again", sandbox=str(sandbox), said=result.stderr[-500:])


def forget(*, sandbox: Sandbox) -> None:
    """Drop what was noted: another disk knows nothing of it."""
    scrollback.forget(sandbox=sandbox)
    Sandbox.objects.filter(id=sandbox.id).update(running=[])
