"""Access to engines: the one place where a row becomes something that can be asked."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from slipway.engine import port
from slipway.engine.docker_engine import DockerEngine
from slipway.sandboxes.models import Engine, Sandbox


@lru_cache(maxsize=8)
def connect(socket: str) -> port.Engine:
    """Return the engine behind this socket; it is not asked anything yet."""
    return DockerEngine(Path(socket))


def local() -> Engine:
    """Return the row of the engine beside this worker, making it when it is new."""
    row, _ = Engine.objects.get_or_create(name=settings.ENGINE_NAME, defaults={"socket": settings.ENGINE_SOCKET})
    if row.socket != settings.ENGINE_SOCKET:
        row.socket = settings.ENGINE_SOCKET
        row.save(update_fields=["socket"])
    return row


def of(sandbox: Sandbox) -> port.Engine:
    """Return the engine that has this sandbox's machine."""
    if sandbox.engine is None:
        raise port.EngineError("The machine is on no engine yet. Remove it and open the lesson again.")
    return connect(sandbox.engine.socket)
