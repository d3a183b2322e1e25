"""Which ports of a machine are listened on, told to all pages that look at it: one program in it, however many look."""

import asyncio
import contextlib
from collections.abc import Callable
from uuid import UUID

from slipway.engine.stream import ExecStream
from slipway.preview.frames import ListeningPort
from slipway.preview.selectors import Door
from slipway.preview.tunnel import OpenStream, Tunnel

EVERY_SECONDS = 1

Listener = Callable[[tuple[ListeningPort, ...]], None]


class _Watch:
    """One machine that is watched."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.last: tuple[ListeningPort, ...] | None = None
        self.tunnel: Tunnel | None = None
        self.opening = asyncio.Lock()

    def tell(self, ports: tuple[ListeningPort, ...]) -> None:
        self.last = ports
        for listener in list(self.listeners):
            listener(ports)


class Watches:
    """The machines that this process watches."""

    def __init__(self, open_stream: OpenStream = ExecStream.open) -> None:
        self._open_stream = open_stream
        self._watches: dict[UUID, _Watch] = {}

    async def look(self, sandbox_id: UUID, door: Door, listener: Listener) -> None:
        """Call `listener` with what is listened on now and at each change, until the way there ends or it is cancelled.

        Raise the `EngineError`s of an exec.
        """
        watch = self._watches.setdefault(sandbox_id, _Watch())
        watch.listeners.add(listener)
        try:
            async with watch.opening:
                if watch.tunnel is None or not watch.tunnel.is_open:
                    watch.last = None
                    watch.tunnel = await Tunnel.open(
                        door.socket, door.machine, open_stream=self._open_stream, on_ports=watch.tell
                    )
                    await watch.tunnel.watch(EVERY_SECONDS)
                elif watch.last is not None:
                    listener(watch.last)
            await watch.tunnel.wait_closed()
        finally:
            watch.listeners.discard(listener)
            if not watch.listeners and self._watches.get(sandbox_id) is watch:
                del self._watches[sandbox_id]
                if watch.tunnel is not None:
                    with contextlib.suppress(asyncio.CancelledError):
                        await watch.tunnel.close()
