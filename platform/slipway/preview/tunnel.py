"""Many connections into one machine over one exec: the side of the web process. What comes is the machine's word.

Bounded: connections for each machine, the bytes that wait for a reader of each, the length of a frame; the loop gets
its turn between pieces. Whatever breaks the protocol ends the tunnel, and with it its connections alone.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from slipway.engine.port import EngineError
from slipway.engine.programs import PYTHON
from slipway.engine.stream import ExecStream
from slipway.preview import frames
from slipway.preview.frames import Kind, ListeningPort, Reason

MOST_CONNECTIONS = 48
PORTS_SECONDS = 10.0
# The program there takes whatever comes, at once. What does not is none, and nobody waits for it.
TAKEN_SECONDS = 30.0
# Credit is given back in pieces: not for each read, and before the other side runs out of it.
CREDIT_BYTES = frames.WINDOW // 4
# What a reader gets at once: parsers take all that they are given without a pause.
READ_BYTES = 64 * 1024
FRAMES_A_TURN = 64

logger = logging.getLogger(__name__)


class Stream(Protocol):
    """An exec: slipway.engine.stream.ExecStream."""

    async def read(self) -> bytes:
        """Return what came next; nothing at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """Send, and wait while much is on its way."""
        ...

    async def close(self) -> None:
        """End it."""
        ...


OpenStream = Callable[[str, str, Sequence[str]], Awaitable[Stream]]


class RefusedError(Exception):
    """Nobody listens on the port."""


class LostError(Exception):
    """The connection broke: the server, the machine or the way there went away."""


class CrowdedError(Exception):
    """The machine has as many connections as one may have."""


@cache
def command() -> list[str]:
    """Return what is run in the machine."""
    return [*PYTHON, Path(__file__).with_name("inside.py").read_text(encoding="utf-8")]


class Connection:
    """A TCP connection to a port of the machine. Close it in any case."""

    def __init__(self, tunnel: "Tunnel", number: int) -> None:
        self._tunnel = tunnel
        self._number = number
        self._came = asyncio.Event()
        self._room = asyncio.Event()
        self._buffer = bytearray()
        self._allowance = frames.WINDOW
        self._taken = 0
        self._error: Exception | None = None
        self._has_ended = False

    @property
    def is_fresh(self) -> bool:
        """Tell whether it can be used again: nothing came unasked, and it did not end."""
        return not self._buffer and not self._has_ended and self._error is None

    async def read(self, most: int = READ_BYTES) -> bytes:
        """Return what came, so many bytes at most; nothing at its end. Raise `RefusedError` or `LostError`."""
        while not self._buffer:
            if self._error is not None:
                raise self._error
            if self._has_ended:
                return b""
            self._came.clear()
            await self._came.wait()
        data = bytes(self._buffer[:most])
        del self._buffer[:most]
        self._taken += len(data)
        if self._taken >= CREDIT_BYTES and not self._has_ended:
            taken, self._taken = self._taken, 0
            await self._tunnel.send(Kind.CREDIT, self._number, taken.to_bytes(4, "big"))
        return data

    async def write(self, data: bytes) -> None:
        """Send, and wait while the server does not take it. Raise `RefusedError` or `LostError`."""
        at = 0
        while at < len(data):
            while not self._allowance and self._error is None:
                self._room.clear()
                await self._room.wait()
            if self._error is not None:
                raise self._error
            piece = data[at : at + min(frames.MAX_DATA, self._allowance)]
            self._allowance -= len(piece)
            at += len(piece)
            await self._tunnel.send(Kind.DATA, self._number, piece)

    async def close(self) -> None:
        """Give it up."""
        await self._tunnel.drop(self._number)

    def feed(self, data: bytes) -> None:
        """Take what the machine sent. Raise `FrameError` for more than it was allowed."""
        if self._has_ended or len(self._buffer) + self._taken + len(data) > frames.WINDOW:
            raise frames.FrameError("more of a connection than was asked for")
        self._buffer += data
        self._came.set()

    def grant(self, size: int) -> None:
        """Let so many more bytes be sent."""
        self._allowance += size
        if self._allowance > frames.WINDOW:
            raise frames.FrameError("more taken than was sent")
        self._room.set()

    def end(self, error: Exception | None = None) -> None:
        """Note that no more comes."""
        self._has_ended = True
        self._error = self._error or error
        self._came.set()
        self._room.set()


class Tunnel:
    """The way into one machine: opened once, ended by `close` or from its other side."""

    def __init__(self, stream: Stream, on_ports: Callable[[tuple[ListeningPort, ...]], None] | None = None) -> None:
        self._stream = stream
        self._on_ports = on_ports
        self._connections: dict[int, Connection] = {}
        self._last = 0
        self._has_ended = False
        self._asked: asyncio.Future[tuple[ListeningPort, ...]] | None = None
        self._pump = asyncio.create_task(self._take())

    @classmethod
    async def open(
        cls,
        socket: str,
        machine: str,
        *,
        open_stream: OpenStream = ExecStream.open,
        on_ports: Callable[[tuple[ListeningPort, ...]], None] | None = None,
    ) -> "Tunnel":
        """Open a tunnel into a machine. Raise the `EngineError`s of an exec."""
        return cls(await open_stream(socket, machine, command()), on_ports)

    @property
    def is_open(self) -> bool:
        """Tell whether it still leads somewhere."""
        return not (self._has_ended or self._pump.done())

    @property
    def connections(self) -> int:
        """Return how many connections it has."""
        return len(self._connections)

    async def connect(self, port: int) -> Connection:
        """Begin a connection to a port; whether somebody listens is told by its first read."""
        if len(self._connections) >= MOST_CONNECTIONS:
            raise CrowdedError
        self._last += 1
        connection = self._connections[self._last] = Connection(self, self._last)
        await self.send(Kind.OPEN, self._last, port.to_bytes(2, "big"))
        return connection

    async def ports(self) -> tuple[ListeningPort, ...]:
        """Return which ports are listened on. Raise `LostError` when the machine does not say."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().create_future()
            await self.send(Kind.WATCH, 0, b"\0")
        try:
            async with asyncio.timeout(PORTS_SECONDS):
                return await asyncio.shield(self._asked)
        except TimeoutError as error:
            raise LostError from error

    async def watch(self, seconds: int) -> None:
        """Have `on_ports` called with the ports now, and whenever a look after so many seconds finds others."""
        await self.send(Kind.WATCH, 0, bytes([seconds]))

    async def wait_closed(self) -> None:
        """Return when it has ended."""
        await asyncio.wait([self._pump])

    async def close(self) -> None:
        """End it and all its connections."""
        self._pump.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pump

    async def send(self, kind: Kind, number: int, data: bytes = b"") -> None:
        """Send a frame. Raise `LostError` when the tunnel has ended; it ends when the machine takes nothing."""
        if not self.is_open:
            raise LostError
        try:
            async with asyncio.timeout(TAKEN_SECONDS):
                await self._stream.write(frames.encode(kind, number, data))
        except TimeoutError as error:
            self._pump.cancel()
            raise LostError from error
        except EngineError as error:
            raise LostError from error

    async def drop(self, number: int) -> None:
        """Forget a connection, and tell the machine's side."""
        if self._connections.pop(number, None) is not None:
            with contextlib.suppress(LostError):
                await self.send(Kind.RESET, number)

    async def _take(self) -> None:
        reader = frames.Reader()
        try:
            while data := await self._stream.read():
                for count, frame in enumerate(reader.feed(data), 1):
                    self._act(*frame)
                    if count % FRAMES_A_TURN == 0:
                        await asyncio.sleep(0)
        except frames.FrameError as error:
            logger.warning("A machine's side of a preview sent %s", error)
        except EngineError as error:
            logger.info("A preview's way into a machine ended: %s", error)
        finally:
            # Before anything is waited for: a connection that was opened meanwhile would never be told.
            self._has_ended = True
            for connection in self._connections.values():
                connection.end(LostError())
            self._connections.clear()
            if self._asked is not None and not self._asked.done():
                self._asked.set_exception(LostError())
                # Whoever asked may have gone.
                self._asked.exception()
            await self._stream.close()

    def _act(self, kind: int, number: int, data: bytes) -> None:
        if kind == Kind.PORTS:
            self._tell(frames.ports_of(data))
            return
        if not 0 < number <= self._last:
            raise frames.FrameError(f"a frame of connection {number}, which was never opened")
        connection = self._connections.get(number)
        if connection is None:
            # It was given up meanwhile.
            return
        if kind == Kind.DATA:
            connection.feed(data)
        elif kind == Kind.CREDIT:
            connection.grant(int.from_bytes(data[:4], "big"))
        elif kind == Kind.END:
            connection.end()
        elif kind == Kind.RESET:
            connection.end(RefusedError() if data == bytes([Reason.REFUSED]) else LostError())
        else:
            raise frames.FrameError(f"a frame of kind {kind}")

    def _tell(self, ports: tuple[ListeningPort, ...]) -> None:
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(ports)
        if self._on_ports is not None:
            self._on_ports(ports)
