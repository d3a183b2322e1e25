"""The tunnels of one process: one for each machine that is looked at, and its connections that can be used again."""

import asyncio
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from slipway.engine.stream import ExecStream
from slipway.preview.selectors import Door
from slipway.preview.tunnel import Connection, CrowdedError, OpenStream, Tunnel

# A tunnel that nobody uses is a process in the machine for nothing.
IDLE_SECONDS = 30.0
KEPT_EACH = 8
# A server gives up connections that wait, mostly after five seconds or more.
KEPT_SECONDS = 4.0
MOST_CONNECTIONS = 512


@dataclass(slots=True)
class _Way:
    """A tunnel, when it was used last, and by port what waits to be used again, with when it was put there."""

    tunnel: Tunnel
    used_at: float = 0.0
    kept: dict[int, deque[tuple[Connection, float]]] = field(default_factory=lambda: defaultdict(deque))


class Tunnels:
    """Opens tunnels when they are first asked for, and closes them when nobody used them for a while."""

    def __init__(self, open_stream: OpenStream = ExecStream.open) -> None:
        self._open_stream = open_stream
        self._ways: dict[Door, _Way] = {}
        self._locks: defaultdict[Door, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._sweeper: asyncio.Task[None] | None = None

    async def to(self, door: Door) -> Tunnel:
        """Return the tunnel into a machine. Raise the `EngineError`s of an exec."""
        return (await self._way(door)).tunnel

    async def connect(self, door: Door, port: int, *, anew: bool = False) -> tuple[Connection, bool]:
        """Return a connection to a port, and whether it was used before.

        Raise `CrowdedError` when there are too many, `EngineError`s, `LostError`.
        """
        way = await self._way(door)
        kept = way.kept[port]
        while kept:
            connection, put_at = kept.pop()
            if not anew and connection.is_fresh and time.monotonic() - put_at < KEPT_SECONDS:
                return connection, True
            await connection.close()
        if sum(each.tunnel.connections for each in self._ways.values()) >= MOST_CONNECTIONS:
            raise CrowdedError
        return await way.tunnel.connect(port), False

    async def keep(self, door: Door, port: int, connection: Connection) -> None:
        """Take a connection back whose exchange is over, for the next one."""
        way = self._ways.get(door)
        if way is None or not connection.is_fresh or len(way.kept[port]) >= KEPT_EACH:
            await connection.close()
        else:
            way.kept[port].append((connection, time.monotonic()))

    async def close(self) -> None:
        """Close all of them."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for way in self._ways.values():
            await way.tunnel.close()
        self._ways.clear()

    async def _way(self, door: Door) -> _Way:
        way = self._ways.get(door)
        if way is None or not way.tunnel.is_open:
            async with self._locks[door]:
                way = self._ways.get(door)
                if way is None or not way.tunnel.is_open:
                    tunnel = await Tunnel.open(door.socket, door.machine, open_stream=self._open_stream)
                    way = self._ways[door] = _Way(tunnel)
            if self._sweeper is None or self._sweeper.done():
                self._sweeper = asyncio.create_task(self._sweep())
        way.used_at = time.monotonic()
        return way

    async def _sweep(self) -> None:
        while self._ways:
            await asyncio.sleep(IDLE_SECONDS / 6)
            for door, way in list(self._ways.items()):
                await self._tidy(way)
                is_unused = not way.tunnel.connections and time.monotonic() - way.used_at > IDLE_SECONDS
                if is_unused or not way.tunnel.is_open:
                    del self._ways[door]
                    self._locks.pop(door, None)
                    await way.tunnel.close()

    async def _tidy(self, way: _Way) -> None:
        for kept in way.kept.values():
            while kept and time.monotonic() - kept[0][1] >= KEPT_SECONDS:
                connection, _ = kept.popleft()
                await connection.close()
