"""The network between a browser and the web process, as far as a measure needs one: it can be cut, and mended."""

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Self

from tests.instance import free_port

_PIECE = 1 << 16


class Wire:
    """Forwards TCP connections from a port of its own to the one of an instance, on a thread of its own."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{(own := free_port())}"
        self._ports = own, port
        self._is_cut = False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.start_server(self._join, "127.0.0.1", self._ports[0])
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """End all connections, and every new one at once."""
        asyncio.run_coroutine_threadsafe(self._set(is_cut=True), self._loop).result()

    def mend(self) -> None:
        """Let the next connection through."""
        asyncio.run_coroutine_threadsafe(self._set(is_cut=False), self._loop).result()

    async def _set(self, *, is_cut: bool) -> None:
        self._is_cut = is_cut
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._ports[1])
            self._open |= {writer, far_writer}
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_PIECE):
            writer.write(data)
            await writer.drain()
    writer.close()
