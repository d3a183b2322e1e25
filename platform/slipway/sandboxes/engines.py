"""Access to engines: the one place where a row becomes something that can be asked."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from slipway.engine import port, thawing
from slipway.engine.docker_engine import DockerEngine
from slipway.sandboxes.models import Engine, Sandbox

# Reconcile notes every 5 s that an engine answers, and looks as often for those that do not: 30 s at the latest.
SILENT_AFTER = timedelta(seconds=20)


@lru_cache(maxsize=8)
def connect(socket: str) -> port.Engine:
    """Return the engine behind this socket; it is not asked anything yet."""
    return DockerEngine(Path(socket))


def local() -> Engine:
    """Return the row of the engine beside this worker, making it when it is new."""
    return Engine.objects.get_or_create(name=settings.ENGINE_NAME)[0]


def let_the_dead_end(row: Engine) -> None:
    """Let an engine of this host that was killed end, so that the host starts it again; see `engine.thawing`."""
    thawing.let_the_dead_end(Path(row.socket))


def answering() -> QuerySet[Engine]:
    """Return the engines that answered lately."""
    return Engine.objects.filter(seen_at__gte=timezone.now() - SILENT_AFTER)


def taking() -> QuerySet[Engine]:
    """Return the engines that take machines: they answered lately, and neither join nor drain."""
    return answering().filter(state=Engine.State.OPEN)


def of(sandbox: Sandbox) -> port.Engine:
    """Return the engine that has this sandbox's machine."""
    return connect(row_of(sandbox).socket)


def row_of(sandbox: Sandbox) -> Engine:
    """Return the row of the engine that has this sandbox's machine."""
    if sandbox.engine is None:
        raise port.EngineError("The machine is on no engine yet. Remove it and open the lesson again.")
    return sandbox.engine
