"""A WebSocket between a browser and a machine's server: two of them, joined message by message."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Origin, Subprotocol
from websockets.uri import parse_uri

from slipway.preview import headers
from slipway.preview.exchange import NotHttpError, Proxy, Receive, Scope, Send, SilentError
from slipway.preview.names import Place
from slipway.preview.selectors import Door
from slipway.preview.tunnel import Connection, LostError, RefusedError

MAX_MESSAGE_BYTES = 1024 * 1024
HANDSHAKE_SECONDS = 20.0
# Parsed without a pause: as frames of two bytes these are hundreds.
READ_BYTES = 1024
# What a close frame may say in place of what it must not (RFC 6455, 7.4.1).
_NOT_SENT = frozenset({1005, 1006, 1015})


async def join(proxy: Proxy, call: tuple[Scope, Receive, Send], door: Door, place: Place) -> None:
    """Serve one WebSocket to its end.

    Until it is accepted, raise what a connection raises, `NotHttpError` or `SilentError`.
    """
    scope, receive, send = call
    await receive()
    connection, _ = await proxy.tunnels.connect(door, place.port, anew=True)
    try:
        server = _Server(connection, proxy, scope)
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await server.shake_hands()
        except TimeoutError as error:
            raise SilentError from error
        await send({"type": "websocket.accept", "subprotocol": server.subprotocol, "headers": server.cookies()})
        await _pass_on(server, receive, send)
    finally:
        await connection.close()


async def _pass_on(server: "_Server", receive: Receive, send: Send) -> None:
    sending = asyncio.create_task(_from_browser(server, receive))
    answering = asyncio.create_task(_from_server(server, send))
    try:
        await asyncio.wait({sending, answering}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, answering):
            task.cancel()
        await asyncio.gather(sending, answering, return_exceptions=True)


async def _from_browser(server: "_Server", receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            await server.close(message.get("code", CloseCode.NORMAL_CLOSURE))
            return
        if (data := message.get("bytes")) is not None:
            await server.send(data, is_text=False)
        else:
            await server.send(message["text"].encode(), is_text=True)


async def _from_server(server: "_Server", send: Send) -> None:
    code: int = CloseCode.GOING_AWAY
    try:
        async for data, is_text in server.messages():
            await send(
                {"type": "websocket.send", "text": data.decode()}
                if is_text
                else {"type": "websocket.send", "bytes": data}
            )
        code = server.close_code
    except (LostError, RefusedError):
        pass
    except UnicodeDecodeError:
        code = CloseCode.INVALID_DATA
    await send({"type": "websocket.close", "code": code})


class _Server:
    """The machine's side: a client of its WebSocket over one connection."""

    def __init__(self, connection: Connection, proxy: Proxy, scope: Scope) -> None:
        self._connection = connection
        self._proxy = proxy
        given = scope["headers"]
        host = next((value.decode("latin-1") for name, value in given if name == b"host"), "localhost")
        target = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        origin = next((value.decode("latin-1") for name, value in given if name == b"origin"), None)
        self._protocol = ClientProtocol(
            parse_uri(f"ws://{host}{target}"),
            origin=None if origin is None else Origin(origin),
            subprotocols=[Subprotocol(name) for name in scope.get("subprotocols", [])] or None,
            max_size=MAX_MESSAGE_BYTES,
        )
        self._extra = headers.of_websocket(given, domain=proxy.domain, scheme=proxy.domain.scheme)
        self._answer: list[Response] = []
        self._first: list[object] = []

    @property
    def subprotocol(self) -> str | None:
        """Return what the server chose of what the browser offered."""
        return self._protocol.subprotocol

    @property
    def close_code(self) -> int:
        """Return the code that the server closed with, fit to be sent."""
        received = self._protocol.close_rcvd
        return CloseCode.GOING_AWAY if received is None or received.code in _NOT_SENT else received.code

    async def shake_hands(self) -> None:
        """Ask for the WebSocket. Raise `NotHttpError` when the server refuses it."""
        request = self._protocol.connect()
        for name, value in self._extra:
            if name != b"origin":
                request.headers[name.decode()] = value.decode("latin-1")
        self._protocol.send_request(request)
        await self._flush()
        while self._protocol.state is State.CONNECTING and self._protocol.handshake_exc is None:
            await self._take()
        # Messages may come with the answer.
        self._first = list(self._protocol.events_received())
        self._answer = [event for event in self._first if isinstance(event, Response)]
        if self._protocol.handshake_exc is not None:
            is_refusal = isinstance(self._protocol.handshake_exc, InvalidHandshake)
            raise NotHttpError from (self._protocol.handshake_exc if is_refusal else None)

    def cookies(self) -> list[headers.Header]:
        """Return the cookies that the handshake sets."""
        values = [value for answer in self._answer for value in answer.headers.get_all("Set-Cookie")]
        given = [(b"set-cookie", value.encode("latin-1")) for value in values]
        kept = headers.to_browser(given, domain=self._proxy.domain, frames_by=self._proxy.frames_by)
        return [(name, value) for name, value in kept if name == b"set-cookie"]

    async def messages(self) -> AsyncIterator[tuple[bytes, bool]]:
        """Yield each message and whether it is text, to the end."""
        # Not the parts: there may be any number of empty ones.
        message, is_text = bytearray(), False
        while True:
            for event in self._events():
                if not isinstance(event, Frame) or event.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                    continue
                if event.opcode is not Opcode.CONT:
                    is_text = event.opcode is Opcode.TEXT
                message += event.data
                if event.fin:
                    yield bytes(message), is_text
                    message.clear()
            await self._flush()
            if self._protocol.state is not State.OPEN:
                return
            await self._take()

    async def send(self, data: bytes, *, is_text: bool) -> None:
        """Send a message."""
        (self._protocol.send_text if is_text else self._protocol.send_binary)(data)
        await self._flush()

    async def close(self, code: int) -> None:
        """Tell the server that the browser closed."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE if code in _NOT_SENT else code)
            with contextlib.suppress(LostError, RefusedError):
                await self._flush()

    def _events(self) -> list[object]:
        found = self._first + self._protocol.events_received()
        self._first = []
        return found

    async def _take(self) -> None:
        data = await self._connection.read(READ_BYTES)
        # A server that says much is always ready: others get their turn.
        await asyncio.sleep(0)
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()

    async def _flush(self) -> None:
        # As one: to each ping there is a pong.
        if data := b"".join(self._protocol.data_to_send()):
            await self._connection.write(data)
