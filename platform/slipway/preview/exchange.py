"""One HTTP exchange: a browser's request, made anew for the machine's server, and its response, made anew in turn.

h11 is the parser of what the machine sends and of what is sent to it: neither side's bytes are passed on unparsed.
Bodies stream in both directions, and what comes is sent on at once, so server-sent events are not held back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import h11

from slipway.preview import headers
from slipway.preview.names import Domain, Place
from slipway.preview.selectors import Door
from slipway.preview.tunnel import Connection, LostError
from slipway.preview.tunnels import Tunnels

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_Event = h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]

MAX_HEAD_BYTES = 64 * 1024
MAX_UPLOAD_BYTES = 1024**3
HEAD_SECONDS = 120.0
# A server may cut what it says into thousands of parts, each of which is one more event.
EVENTS_A_TURN = 64
_BEGINS = b"HTTP/1."
_MOST_STATUS = 599
# Such a request may be sent again, when a connection that was kept turns out to be closed.
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})


class NotHttpError(Exception):
    """What answered does not speak HTTP."""


class SilentError(Exception):
    """The server took the request and did not begin to answer in time."""


class TooLongError(Exception):
    """The browser sends more than is passed on."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """What an exchange needs besides its request: the tunnels, our domain, and who may frame a response."""

    tunnels: Tunnels
    domain: Domain
    frames_by: tuple[str, ...]


class Exchange:
    """One request and its response."""

    def __init__(self, proxy: Proxy, scope: Scope, receive: Receive, send: Send) -> None:
        self._proxy = proxy
        self._scope = scope
        self._receive = receive
        self._send = send
        self._has_begun = False
        self._events = 0
        self._has_body = any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])

    @property
    def has_begun(self) -> bool:
        """Tell whether the response's head was sent: then nothing else can be said."""
        return self._has_begun

    async def run(self, door: Door, place: Place) -> None:
        """Do it. Raise what a connection raises, `NotHttpError`, `SilentError` or `TooLongError`."""
        may_repeat = self._scope["method"] in _REPEATABLE and not self._has_body
        connection, was_used = await self._proxy.tunnels.connect(door, place.port)
        try:
            await self._over(connection, door, place)
        except LostError:
            if not (was_used and may_repeat) or self._has_begun:
                raise
            connection, _ = await self._proxy.tunnels.connect(door, place.port, anew=True)
            await self._over(connection, door, place)

    async def _over(self, connection: Connection, door: Door, place: Place) -> None:
        protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        sending = asyncio.create_task(self._upload(connection, protocol))
        answering = asyncio.create_task(self._answer(connection, protocol))
        try:
            # The upload ends when the browser leaves, or could not be made.
            await asyncio.wait({sending, answering}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
            else:
                sending.result()
        finally:
            for task in (sending, answering):
                task.cancel()
            await asyncio.gather(sending, answering, return_exceptions=True)
            if protocol.our_state is h11.DONE and protocol.their_state is h11.DONE:
                await self._proxy.tunnels.keep(door, place.port, connection)
            else:
                await connection.close()

    def _request(self) -> h11.Request:
        target = self._scope["raw_path"]
        if self._scope["query_string"]:
            target += b"?" + self._scope["query_string"]
        given = headers.to_machine(self._scope["headers"], domain=self._proxy.domain, scheme=self._proxy.domain.scheme)
        if self._has_body and not any(name == b"content-length" for name, _ in given):
            given.append((b"transfer-encoding", b"chunked"))
        return h11.Request(method=self._scope["method"], target=target, headers=given)

    async def _upload(self, connection: Connection, protocol: h11.Connection) -> None:
        """Send the request, then wait until the browser leaves."""
        await connection.write(protocol.send(self._request()) or b"")
        sent = 0
        is_complete = not self._has_body
        if is_complete:
            protocol.send(h11.EndOfMessage())
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return
            if is_complete:
                continue
            if body := message.get("body", b""):
                sent += len(body)
                if sent > MAX_UPLOAD_BYTES:
                    raise TooLongError
                await connection.write(protocol.send(h11.Data(body)) or b"")
            if not message.get("more_body", False):
                is_complete = True
                await connection.write(protocol.send(h11.EndOfMessage()) or b"")

    async def _answer(self, connection: Connection, protocol: h11.Connection) -> None:
        """Pass the response on. A body that breaks off is not completed, so that the browser notices."""
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await self._head(connection, protocol)
        except TimeoutError as error:
            raise SilentError from error
        kept = headers.to_browser(head.headers, domain=self._proxy.domain, frames_by=self._proxy.frames_by)
        self._has_begun = True
        await self._send({"type": "http.response.start", "status": head.status_code, "headers": kept})
        while isinstance(event := await self._next(connection, protocol), h11.Data):
            await self._send({"type": "http.response.body", "body": bytes(event.data), "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})

    async def _head(self, connection: Connection, protocol: h11.Connection) -> h11.Response:
        while True:
            event = await self._next(connection, protocol)
            if isinstance(event, h11.Response):
                # What came in one piece was never incomplete, however long.
                if (
                    event.status_code > _MOST_STATUS
                    or sum(len(name) + len(value) for name, value in event.headers) > MAX_HEAD_BYTES
                ):
                    raise NotHttpError
                return event
            if not isinstance(event, h11.InformationalResponse) or event.status_code == 101:  # noqa: PLR2004
                raise NotHttpError

    async def _next(self, connection: Connection, protocol: h11.Connection) -> _Event:
        """Return what the server says next, and let others have a turn. Raise what `_next` raises."""
        self._events += 1
        if self._events % EVENTS_A_TURN == 0:
            await asyncio.sleep(0)
        return await _next(connection, protocol)


async def _next(connection: Connection, protocol: h11.Connection) -> _Event:
    """Return what the server says next. Raise `NotHttpError`, `LostError` where it broke off, `RefusedError`."""
    try:
        while (event := protocol.next_event()) is h11.NEED_DATA:
            data = await connection.read()
            if protocol.their_state is h11.SEND_RESPONSE:
                begun = (protocol.trailing_data[0] + data)[: len(_BEGINS)]
                if not data and not begun:
                    # It closed without a word, as servers close connections that were kept.
                    raise LostError
                if not _BEGINS.startswith(begun):
                    # Told at once: what greets first, such as a mail server, would else wait for more as we would.
                    raise NotHttpError
            protocol.receive_data(data)
    except h11.RemoteProtocolError as error:
        raise NotHttpError from error
    return event
