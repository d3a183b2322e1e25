"""Keep a way for each machine that may reach a few names or its learner's others: command/egress.py decides."""

import asyncio
from functools import partial
from importlib import resources

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError

from slipway.egress.mux import BrokenError, Mux
from slipway.egress.proxy import Proxy
from slipway.engine.port import EngineError
from slipway.engine.programs import PYTHON
from slipway.engine.stream import ExecStream
from slipway.sandboxes import ways
from slipway.sandboxes.internal import RELAY_PORT, Exchange
from slipway.sandboxes.ways import Way

HOST = "0.0.0.0"  # noqa: S104  (all addresses of the machine, which nobody else reaches)
LOOK_SECONDS = 2.0
# Between two tries to open a machine's way, longer each time: its root may end it as often as it likes.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
LASTED_SECONDS = 60.0

log = structlog.get_logger(__name__)


def environment() -> dict[str, str]:
    """Return the variables by which programs of a machine find its proxy; what is of the machine goes past it."""
    proxy = f"http://127.0.0.1:{RELAY_PORT}"
    own = "localhost,127.0.0.0/8,::1,172.16.0.0/12,docker.io,.docker.io,get.docker.com,download.docker.com"
    found = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": own}
    return found | {name.upper(): value for name, value in found.items()}


def relay() -> list[str]:
    """Return the command that listens in a machine: the text of both its modules as one."""
    folder = resources.files("slipway.egress")
    mux, program = (folder.joinpath(*path).read_text() for path in (("mux.py",), ("inside", "relay.py")))
    lines = [line for line in program.splitlines() if not line.startswith("from slipway.")]
    return [*PYTHON, "\n".join([mux, *lines]), HOST, str(RELAY_PORT)]


async def keep(way: Way, exchange: Exchange) -> None:
    """Hold one machine's way open until this is cancelled."""
    pause, loop = FIRST_PAUSE_SECONDS, asyncio.get_running_loop()
    reach = partial(exchange.connect, way) if way.is_internal else None
    while True:
        begin = loop.time()
        try:
            await once(way, Proxy(way.machine, way.names, reach=reach), exchange)
        except (EngineError, BrokenError) as error:
            log.info("egress: the way out ended", machine=way.machine, reason=str(error))
        if loop.time() - begin > LASTED_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


class _Relay:
    """A relay's stream, whose end is an `OSError` for the connections that it carried, its own and others'."""

    def __init__(self, stream: ExecStream) -> None:
        self._stream = stream
        self.read = stream.read

    async def write(self, data: bytes) -> None:
        try:
            await self._stream.write(data)
        except EngineError as error:
            raise ConnectionResetError("the machine's relay has ended") from error


async def once(way: Way, proxy: Proxy, exchange: Exchange) -> None:
    """Serve a machine's proxy until the machine, or its root, ends it. Raise `EngineError`, `BrokenError`."""
    stream = await ExecStream.open(way.socket, way.machine, relay())
    try:
        mux = Mux(_Relay(stream), proxy.serve, is_host=True)
        with exchange.holding(way, mux):
            await mux.run()
    finally:
        await stream.close()


async def serve() -> None:
    """Keep all ways that are wanted, and end the others, for ever."""
    kept: dict[Way, asyncio.Task[None]] = {}
    exchange = Exchange()
    while True:
        try:
            wanted = set(await database_sync_to_async(ways.present)())
        except DatabaseError as error:
            log.warning("egress: the database does not answer; what is open stays open", error=str(error))
        else:
            for way in set(kept) - wanted:
                kept.pop(way).cancel()
            for way in wanted - set(kept):
                kept[way] = asyncio.create_task(keep(way, exchange))
        await asyncio.sleep(LOOK_SECONDS)
