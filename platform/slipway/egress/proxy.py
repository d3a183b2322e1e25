"""Decide what a machine asks for and connect to it: a name is looked up once and its address checked."""

import asyncio
import contextlib
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Collection
from http import HTTPStatus
from typing import NamedTuple

import structlog

from slipway.egress import addresses, names, request
from slipway.egress.addresses import Address
from slipway.egress.carrying import Bounds, Carrying, End, Server
from slipway.egress.mux import MOST_DATA, Channel
from slipway.egress.request import RefusedError, Request

log = structlog.get_logger(__name__)

Resolve = Callable[[str, int], Awaitable[list[Address]]]
# Of a course and a port, to a machine of the same learner.
Reach = Callable[[str, int], Awaitable[End]]
# Of a name with many addresses so many are tried.
MOST_ADDRESSES = 4
# Of one machine, which may ask as often as it likes: lookups at once, and the time from one connection to the next.
MOST_LOOKUPS = 2
PAUSE_SECONDS = 0.02
TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"


async def resolve(host: str, port: int) -> list[Address]:
    """Look a name up."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(entry[4][0]) for entry in found]


class Internet(NamedTuple):
    """How names are looked up, and which addresses may be reached; others are for tests."""

    resolve: Resolve = resolve
    may_be_reached: Callable[[Address], bool] = addresses.may_be_reached


class Proxy:
    """The way out of one machine. `patterns` are the names that it may reach.

    `reach` decides about its learner's other machines and connects to them; without it they are names like any other.
    """

    def __init__(
        self,
        machine: str,
        patterns: Collection[str],
        *,
        reach: Reach | None = None,
        internet: Internet | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self._machine = machine
        self._patterns = patterns
        self._reach = reach
        self._internet = internet or Internet()
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
                    far = await self._connect(asked)
                except RefusedError as error:
                    result = str(error)
                    await channel.write(request.refusal(error))
                    await channel.finish()
                    return
                carrying = Carrying(channel, far, self._bounds)
                try:
                    await carrying.run(asked.head + rest, TUNNEL if asked.is_tunnel else b"")
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

    async def _connect(self, asked: Request) -> End:
        course = names.course_of(asked.host)
        try:
            async with asyncio.timeout(self._bounds.connect_seconds):
                if self._reach is not None and course is not None:
                    return await self._reach(course, asked.port)
                request.require_allowed(asked, self._patterns)
                return await self._connect_outside(asked)
        except TimeoutError:
            raise RefusedError(HTTPStatus.GATEWAY_TIMEOUT, f"{asked.host} does not answer in time.") from None

    async def _connect_outside(self, asked: Request) -> End:
        """Connect to an address that was checked: the name is not looked up a second time."""
        failure = f"{asked.host} does not answer."
        try:
            found = await self._look_up(asked)
        except socket.gaierror:
            raise RefusedError(HTTPStatus.BAD_GATEWAY, f"Nobody knows the name {asked.host}.") from None
        for address in self._checked(asked, found):
            try:
                return Server(*await asyncio.open_connection(str(address), asked.port, limit=MOST_DATA))
            except OSError as error:
                failure = f"{asked.host} does not answer: {error.strerror or error}."
        raise RefusedError(HTTPStatus.BAD_GATEWAY, failure)

    async def _look_up(self, asked: Request) -> list[Address]:
        """Look a name up. Given up, a lookup still holds a thread of all machines': it counts until its own end."""
        await self._lookups.acquire()
        looking = asyncio.ensure_future(self._internet.resolve(asked.host, asked.port))
        looking.add_done_callback(self._looked_up)
        return await asyncio.shield(looking)

    def _looked_up(self, looking: "asyncio.Future[list[Address]]") -> None:
        self._lookups.release()
        if not looking.cancelled():
            # Whoever asked may have gone.
            looking.exception()

    def _checked(self, asked: Request, found: list[Address]) -> list[Address]:
        """Return the addresses if all of them may be reached: a name that leads astray once is not to be trusted."""
        if not all(map(self._internet.may_be_reached, found)):
            raise RefusedError(
                HTTPStatus.FORBIDDEN, f"{asked.host} leads to an address that is not one of the public Internet."
            )
        return found[:MOST_ADDRESSES]
