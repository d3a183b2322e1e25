"""Keep a way out for each machine that may reach a few names, from the process that decides: command/egress.py."""

import asyncio
from importlib import resources
from typing import NamedTuple

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from slipway.egress.mux import BrokenError, Mux
from slipway.egress.proxy import Proxy
from slipway.engine.port import EngineError
from slipway.engine.programs import PYTHON
from slipway.engine.stream import ExecStream
from slipway.sandboxes import policies
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State

# In the machine. From a container inside it is reached at the address of Docker's bridge.
HOST, PORT = "0.0.0.0", 3128  # noqa: S104  (all addresses of the machine, which nobody else reaches)
LOOK_SECONDS = 2.0
# Between two tries to open a machine's way, longer each time: its root may end it as often as it likes.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
LASTED_SECONDS = 60.0

log = structlog.get_logger(__name__)


class Way(NamedTuple):
    """A running machine and the names that it may reach."""

    socket: str
    machine: str
    names: tuple[str, ...]


def environment() -> dict[str, str]:
    """Return the variables by which programs of a machine find its proxy; what is of the machine goes past it."""
    proxy = f"http://127.0.0.1:{PORT}"
    own = "localhost,127.0.0.0/8,::1,172.16.0.0/12,docker.io,.docker.io,get.docker.com,download.docker.com"
    found = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": own}
    return found | {name.upper(): value for name, value in found.items()}


def relay() -> list[str]:
    """Return the command that listens in a machine: the text of both its modules as one."""
    folder = resources.files("slipway.egress")
    mux, program = (folder.joinpath(*path).read_text() for path in (("mux.py",), ("inside", "relay.py")))
    lines = [line for line in program.splitlines() if not line.startswith("from slipway.")]
    return [*PYTHON, "\n".join([mux, *lines]), HOST, str(PORT)]


def wanted() -> set[Way]:
    """Return the learners' machines on this process's engine that may reach something."""
    ready = Sandbox.objects.select_related("engine").filter(
        owner__isnull=False, state=State.READY, engine__name=settings.ENGINE_NAME
    )
    return {
        Way(sandbox.engine.socket, sandbox.machine, names)
        for sandbox in ready
        if sandbox.engine and (names := policies.of(sandbox.kind).egress)
    }


async def keep(way: Way) -> None:
    """Hold one machine's way open until this is cancelled."""
    pause, loop = FIRST_PAUSE_SECONDS, asyncio.get_running_loop()
    while True:
        begin = loop.time()
        try:
            await once(way, Proxy(way.machine, way.names))
        except (EngineError, BrokenError) as error:
            log.info("egress: the way out ended", machine=way.machine, reason=str(error))
        if loop.time() - begin > LASTED_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def once(way: Way, proxy: Proxy) -> None:
    """Serve a machine's proxy until the machine, or its root, ends it. Raise `EngineError`, `BrokenError`."""
    stream = await ExecStream.open(way.socket, way.machine, relay())
    try:
        await Mux(stream, proxy.serve).run()
    finally:
        await stream.close()


async def serve() -> None:
    """Keep all ways that are wanted, and end the others, for ever."""
    kept: dict[Way, asyncio.Task[None]] = {}
    while True:
        try:
            ways = await database_sync_to_async(wanted)()
        except DatabaseError as error:
            log.warning("egress: the database does not answer; what is open stays open", error=str(error))
        else:
            for way in set(kept) - ways:
                kept.pop(way).cancel()
            for way in ways - set(kept):
                kept[way] = asyncio.create_task(keep(way))
        await asyncio.sleep(LOOK_SECONDS)
