"""Carry what a machine asks for to a server that it may reach: a name is looked up once and its address checked."""

import asyncio
import contextlib
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus

import structlog

from slipway.egress import addresses, request
from slipway.egress.addresses import Address
from slipway.egress.mux import MOST_DATA, Channel
from slipway.egress.request import RefusedError, Request

log = structlog.get_logger(__name__)

Resolve = Callable[[str, int], Awaitable[list[Address]]]
# Of a name with many addresses so many are tried.
MOST_ADDRESSES = 4
# Of one machine, which may ask as often as it likes: lookups at once, and the time from one connection to the next.
MOST_LOOKUPS = 2
PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long each part of a connection may take, and how much it may carry in both directions together."""

    head_seconds: float = 10.0
    connect_seconds: float = 10.0
    idle_seconds: float = 120.0
    total_seconds: float = 1800.0
    most_bytes: int = 2 * 1024**3


async def resolve(host: str, port: int) -> list[Address]:
    """Look a name up."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(entry[4][0]) for entry in found]


class Proxy:
    """The way out of one machine. `patterns` are the names that it may reach; how they are looked up is for tests."""

    def __init__(
        self,
        machine: str,
        patterns: Collection[str],
        *,
        resolve: Resolve = resolve,
        may_be_reached: Callable[[Address], bool] = addresses.may_be_reached,
        bounds: Bounds | None = None,
    ) -> None:
        self._machine = machine
        self._patterns = patterns
        self._resolve = resolve
        self._may_be_reached = may_be_reached
        self._bounds = bounds or Bounds()
        self._lookups = asyncio.Semaphore(MOST_LOOKUPS)
        self._next_at = 0.0

    async def _turn(self) -> None:
        """Wait for the turn of a connection: none is refused, and a flood of them comes slowly."""
        now = time.monotonic()
        self._next_at = max(now, self._next_at) + PAUSE_SECONDS
        await asyncio.sleep(self._next_at - PAUSE_SECONDS - now)

    async def serve(self, channel: Channel) -> None:
        """Answer one connection of the machine, and write a line about it."""
        # Who goes away before its turn leaves no line: a flood of them would fill the disk.
        await self._turn()
        begin, asked, count, result = time.monotonic(), None, 0, "broken off"
        try:
            async with asyncio.timeout(self._bounds.total_seconds):
                try:
                    head, rest = await self._head(channel)
                    asked = request.parse(head)
                    request.require_allowed(asked, self._patterns)
                    reader, writer = await self._connect(asked)
                except RefusedError as error:
                    result = str(error)
                    await channel.write(request.refusal(error))
                    await channel.finish()
                    return
                carrying = _Carrying(channel, reader, writer, self._bounds)
                try:
                    await carrying.run(asked, rest)
                    result = "done"
                finally:
                    count = carrying.count
        except (TimeoutError, OSError) as error:
            result = str(error) or "it took too long, or nothing came for too long"
        finally:
            with contextlib.suppress(OSError):
                await channel.close()
            target = f"{asked.host}:{asked.port}" if asked else ""
            seconds = round(time.monotonic() - begin, 1)
            log.info("egress", machine=self._machine, to=target, bytes=count, seconds=seconds, result=result)

    async def _head(self, channel: Channel) -> tuple[bytes, bytes]:
        """Return the head of the request and what came after it."""
        came = bytearray()
        try:
            async with asyncio.timeout(self._bounds.head_seconds):
                while (end := came.find(b"\r\n\r\n")) < 0:
                    if len(came) > request.MOST_HEAD_BYTES:
                        raise RefusedError(
                            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's head is too long."
                        )
                    data = await channel.read()
                    if not data:
                        raise ConnectionResetError("it ended before it asked for anything")
                    came += data
        except TimeoutError:
            raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, "The request did not come in time.") from None
        return bytes(came[: end + 4]), bytes(came[end + 4 :])

    async def _connect(self, asked: Request) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to an address that was checked: the name is not looked up a second time."""
        failure = f"{asked.host} does not answer."
        try:
            async with asyncio.timeout(self._bounds.connect_seconds):
                found = await self._look_up(asked)
                for address in self._checked(asked, found):
                    try:
                        return await asyncio.open_connection(str(address), asked.port, limit=MOST_DATA)
                    except OSError as error:
                        failure = f"{asked.host} does not answer: {error.strerror or error}."
        except socket.gaierror:
            failure = f"Nobody knows the name {asked.host}."
        except TimeoutError:
            raise RefusedError(HTTPStatus.GATEWAY_TIMEOUT, f"{asked.host} does not answer in time.") from None
        raise RefusedError(HTTPStatus.BAD_GATEWAY, failure)

    async def _look_up(self, asked: Request) -> list[Address]:
        """Look a name up. Given up, a lookup still holds a thread of all machines': it counts until its own end."""
        await self._lookups.acquire()
        looking = asyncio.ensure_future(self._resolve(asked.host, asked.port))
        looking.add_done_callback(self._looked_up)
        return await asyncio.shield(looking)

    def _looked_up(self, looking: "asyncio.Future[list[Address]]") -> None:
        self._lookups.release()
        if not looking.cancelled():
            # Whoever asked may have gone.
            looking.exception()

    def _checked(self, asked: Request, found: list[Address]) -> list[Address]:
        """Return the addresses if all of them may be reached: a name that leads astray once is not to be trusted."""
        if not all(map(self._may_be_reached, found)):
            raise RefusedError(
                HTTPStatus.FORBIDDEN, f"{asked.host} leads to an address that is not one of the public Internet."
            )
        return found[:MOST_ADDRESSES]


class _Carrying:
    """Bytes between a machine and a server, counted, until both have ended."""

    def __init__(
        self, channel: Channel, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bounds: Bounds
    ) -> None:
        self._channel = channel
        self._reader = reader
        self._writer = writer
        self._bounds = bounds
        self._moved_at = time.monotonic()
        self.count = 0

    async def run(self, asked: Request, rest: bytes) -> None:
        """Carry both ways. Raise `OSError` when one side breaks off, `TimeoutError` when nothing moves any more."""
        both = asyncio.ensure_future(self._both(asked, rest))
        try:
            while not both.done():
                left = self._moved_at + self._bounds.idle_seconds - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                await asyncio.wait([both], timeout=left)
            both.result()
        finally:
            both.cancel()
            # What a server never took is dropped.
            self._writer.transport.abort()

    async def _both(self, asked: Request, rest: bytes) -> None:
        if asked.is_tunnel:
            await self._channel.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        going = [asyncio.ensure_future(each) for each in (self._out(asked.head + rest), self._back())]
        try:
            await asyncio.gather(*going)
        finally:
            for each in going:
                each.cancel()

    async def _out(self, first: bytes) -> None:
        data = first or await self._channel.read()
        while data:
            self._moved(len(data))
            self._writer.write(data)
            await self._writer.drain()
            data = await self._channel.read()
        if self._writer.can_write_eof():
            self._writer.write_eof()

    async def _back(self) -> None:
        while data := await self._reader.read(MOST_DATA):
            self._moved(len(data))
            await self._channel.write(data)
        await self._channel.finish()

    def _moved(self, count: int) -> None:
        self.count += count
        self._moved_at = time.monotonic()
        if self.count > self._bounds.most_bytes:
            raise ConnectionAbortedError(f"more than {self._bounds.most_bytes} bytes")
