"""Many connections over one stream of bytes, each with a bound of its own. The same text runs on both of its ends.

A frame is a number of a connection (4 bytes), a kind (1), a length (3), all big-endian, and so many bytes. A connection
begins with OPEN of a number higher than all that its side opened before; those of the host have the highest bit. DATA
may be sent as far as CREDIT reaches: a window at the beginning, more as the other side takes it. END says that no more
DATA comes, CLOSE that its sender has forgotten the connection. Nothing here imports anything of Slipway's.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Protocol

HEADER = struct.Struct(">IBBH")
OPEN, DATA, END, CLOSE, CREDIT = 1, 2, 3, 4, 5
WINDOW_BYTES = 128 * 1024
MOST_DATA = 16 * 1024
# Of those that one side opened.
MOST_CHANNELS = 32
HOST_BIT = 1 << 31
# A stream may bring thousands of empty frames at once: after so many, others have their turn.
FRAMES_A_TURN = 64


class BrokenError(Exception):
    """The other side does not keep to the protocol."""


class Channel:
    """One connection. What the other side sent and nobody has read is at most a window."""

    def __init__(self, mux: "Mux", number: int) -> None:
        self.number = number
        self._mux = mux
        self._came = bytearray()
        self._is_ended = False
        self._is_closed = False
        self._credit = WINDOW_BYTES
        self._changed = asyncio.Event()

    async def read(self, most: int | None = None) -> bytes:
        """Return what came, or so many bytes of it; nothing at the end."""
        while not self._came and not self._is_ended:
            self._changed.clear()
            await self._changed.wait()
        data = bytes(self._came[:most])
        del self._came[:most]
        if data and not self._is_closed:
            await self._mux.send(self.number, CREDIT, struct.pack(">I", len(data)))
        return data

    async def write(self, data: bytes) -> None:
        """Send, as the other side takes it. Raise `ConnectionResetError` when it has forgotten the connection."""
        while data:
            while not self._credit and not self._is_closed:
                self._changed.clear()
                await self._changed.wait()
            if self._is_closed:
                raise ConnectionResetError
            piece = data[: min(self._credit, MOST_DATA)]
            data = data[len(piece) :]
            self._credit -= len(piece)
            await self._mux.send(self.number, DATA, piece)

    async def finish(self) -> None:
        """Say that nothing more is sent; reading goes on."""
        if not self._is_closed:
            await self._mux.send(self.number, END)

    async def close(self) -> None:
        """Forget the connection on both sides."""
        self._mux.forget(self)
        if not self._is_closed:
            self._is_closed = True
            await self._mux.send(self.number, CLOSE)

    def take(self, kind: int, data: bytes) -> None:
        """Take a frame. Raise `BrokenError`."""
        if kind == DATA:
            self._came += data
            if self._is_ended or len(self._came) > WINDOW_BYTES:
                raise BrokenError("more data than its window, or after its end")
        elif kind == CREDIT and len(data) == struct.calcsize(">I"):
            self._credit += struct.unpack(">I", data)[0]
            if self._credit > WINDOW_BYTES:
                raise BrokenError("more credit than a window")
        elif kind == END:
            self._is_ended = True
        elif kind == CLOSE:
            self.lose()
        else:
            raise BrokenError(f"a frame of kind {kind} with {len(data)} bytes")
        self._changed.set()

    def lose(self) -> None:
        """Note that the other side is gone: what came can still be read."""
        self._mux.forget(self)
        self._is_ended = self._is_closed = True
        self._changed.set()


class Stream(Protocol):
    """What lies between the two sides. Writing to one that is gone raises `OSError`."""

    async def read(self) -> bytes:
        """Return what came next, nothing at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side does not take it."""
        ...


class Mux:
    """One end. `serve` gets each connection that the other side opens; without it none may be."""

    def __init__(
        self, stream: Stream, serve: Callable[[Channel], Awaitable[None]] | None = None, *, is_host: bool = False
    ) -> None:
        self._stream = stream
        self._serve = serve
        self._channels: dict[int, Channel] = {}
        # The last number of each side.
        self._opened, self._accepted = (HOST_BIT, 0) if is_host else (0, HOST_BIT)
        self._sending = asyncio.Lock()
        self._tasks: dict[int, asyncio.Future[None]] = {}

    @property
    def is_full(self) -> bool:
        """Tell whether no connection may be opened now."""
        return sum(map(self._is_own, self._channels)) >= MOST_CHANNELS

    def _is_own(self, number: int) -> bool:
        return not (number ^ self._opened) & HOST_BIT

    async def open(self) -> Channel:
        """Open a connection to the other side."""
        self._opened += 1
        channel = self._channels[self._opened] = Channel(self, self._opened)
        await self.send(channel.number, OPEN)
        return channel

    async def send(self, number: int, kind: int, data: bytes = b"") -> None:
        """Send a frame, whole."""
        async with self._sending:
            await self._stream.write(HEADER.pack(number, kind, 0, len(data)) + data)

    def forget(self, channel: Channel) -> None:
        """Let go of a connection: what still comes for it is dropped."""
        self._channels.pop(channel.number, None)

    async def run(self) -> None:
        """Carry frames until the stream ends. Raise `BrokenError`; in any case all connections end."""
        waiting, count = bytearray(), 0
        try:
            while data := await self._stream.read():
                waiting += data
                while (frame := self._next(waiting)) is not None:
                    self._take(*frame)
                    count += 1
                    if count % FRAMES_A_TURN == 0:
                        await asyncio.sleep(0)
        finally:
            for channel in list(self._channels.values()):
                channel.lose()
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @staticmethod
    def _next(waiting: bytearray) -> tuple[int, int, bytes] | None:
        if len(waiting) < HEADER.size:
            return None
        number, kind, zero, length = HEADER.unpack_from(waiting)
        if zero or length > MOST_DATA:
            raise BrokenError(f"a frame of {length} bytes")
        end = HEADER.size + length
        if len(waiting) < end:
            return None
        data = bytes(waiting[HEADER.size : end])
        del waiting[:end]
        return number, kind, data

    def _take(self, number: int, kind: int, data: bytes) -> None:
        if kind == OPEN:
            self._accept(number)
        elif number in self._channels:
            self._channels[number].take(kind, data)
            if kind == CLOSE and (task := self._tasks.get(number)):
                # Whoever asked is gone: what is done for it holds up those who come next.
                task.cancel()
        elif number > (self._opened if self._is_own(number) else self._accepted):
            raise BrokenError("a connection that was never opened")

    def _accept(self, number: int) -> None:
        # Those that were forgotten and are just ending hold something, too.
        theirs = sum(not self._is_own(each) for each in self._channels)
        are_too_many = theirs >= MOST_CHANNELS or len(self._tasks) >= 2 * MOST_CHANNELS
        if self._serve is None or self._is_own(number) or number <= self._accepted or are_too_many:
            raise BrokenError("a connection that may not be opened")
        self._accepted = number
        channel = self._channels[number] = Channel(self, number)
        task = self._tasks[number] = asyncio.ensure_future(self._serve(channel))
        task.add_done_callback(lambda _: self._tasks.pop(number, None))
