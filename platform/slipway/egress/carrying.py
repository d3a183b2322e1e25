"""Bytes between a machine and what it asked for, counted and bounded: neither side is sent more than it takes."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Protocol

from slipway.egress.mux import MOST_DATA

# For telling the other side that a connection is over; one that does not listen is forgotten all the same.
CLOSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long each part of a connection may take, and how much it may carry in both directions together."""

    head_seconds: float = 10.0
    connect_seconds: float = 10.0
    idle_seconds: float = 120.0
    total_seconds: float = 1800.0
    most_bytes: int = 2 * 1024**3


class End(Protocol):
    """One side of a connection. Each of these may raise `OSError`."""

    async def read(self) -> bytes:
        """Return what came, nothing at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """Send, and wait while it is not taken."""
        ...

    async def finish(self) -> None:
        """Say that nothing more is sent; reading goes on."""
        ...

    async def close(self) -> None:
        """Forget the connection; what was never taken is dropped."""
        ...


async def close(end: End) -> None:
    """Forget a connection, whether its other side hears of it or not."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await end.close()


class Server:
    """A server that this process is connected to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """Return what came, nothing at the end."""
        return await self._reader.read(MOST_DATA)

    async def write(self, data: bytes) -> None:
        """Send, and wait while it is not taken."""
        self._writer.write(data)
        await self._writer.drain()

    async def finish(self) -> None:
        """Say that nothing more is sent; reading goes on."""
        if self._writer.can_write_eof():
            self._writer.write_eof()

    async def close(self) -> None:
        """Forget the connection; what the server never took is dropped."""
        self._writer.transport.abort()


class Carrying:
    """What goes between two ends until both have ended: `count` bytes so far."""

    def __init__(self, near: End, far: End, bounds: Bounds) -> None:
        self._near = near
        self._far = far
        self._bounds = bounds
        self._moved_at = time.monotonic()
        self.count = 0

    async def run(self, first: bytes, answer: bytes) -> None:
        """Carry both ways, beginning with `first` to the far end and `answer` to the near one.

        Raise `OSError` when one side breaks off, `TimeoutError` when nothing moves any more.
        """
        both = asyncio.ensure_future(self._both(first, answer))
        try:
            while not both.done():
                left = self._moved_at + self._bounds.idle_seconds - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                await asyncio.wait([both], timeout=left)
            both.result()
        finally:
            both.cancel()
            await close(self._far)

    async def _both(self, first: bytes, answer: bytes) -> None:
        if answer:
            await self._near.write(answer)
        going = [asyncio.ensure_future(each) for each in (self._out(first), self._back())]
        try:
            await asyncio.gather(*going)
        finally:
            for each in going:
                each.cancel()

    async def _out(self, first: bytes) -> None:
        data = first or await self._near.read()
        while data:
            self._moved(len(data))
            await self._far.write(data)
            data = await self._near.read()
        await self._far.finish()

    async def _back(self) -> None:
        while data := await self._far.read():
            self._moved(len(data))
            await self._near.write(data)
        await self._near.finish()

    def _moved(self, count: int) -> None:
        self.count += count
        self._moved_at = time.monotonic()
        if self.count > self._bounds.most_bytes:
            raise ConnectionAbortedError(f"more than {self._bounds.most_bytes} bytes")
