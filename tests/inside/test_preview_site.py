"""Previews on the wire: uvicorn as it runs, the program that is sent in, and servers that a learner may run."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
import uvicorn
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from slipway.preview import passes
from slipway.preview.doors import Doors
from slipway.preview.exchange import Proxy
from slipway.preview.names import Domain, Place
from slipway.preview.passes import Pass
from slipway.preview.selectors import Door
from slipway.preview.site import Site
from slipway.preview.tunnels import Tunnels
from tests.inside.test_preview import server
from tests.local_stream import LocalStream

SANDBOX = UUID("0123456789abcdef0123456789abcdef")
APPLICATION = "http://localhost:8000"


class OpenDoors(Doors):
    """The machine runs, and the learner may see it; `is_shared` is whether a visitor may."""

    is_shared = True

    async def of(self, right: Pass, *, anew: bool = False) -> Door | None:
        """Answer without a database."""
        return None if right.share is not None and not self.is_shared else Door("socket", "machine")

    def used(self, right: Pass) -> None:
        """Note nothing."""


class Preview:
    """A running server of previews, and a browser's raw connections to it."""

    def __init__(self, listening: int, doors: OpenDoors) -> None:
        self.listening = listening
        self.doors = doors
        self.domain = Domain("http", "localhost", listening)

    def host(self, port: int) -> str:
        """Return the host of a preview."""
        return self.domain.origin(Place(SANDBOX, port)).removeprefix("http://")

    def cookie(self, port: int, share: UUID | None = None) -> str:
        """Return the cookie of the learner, or of a visitor."""
        right = Pass(Place(SANDBOX, port), person=None if share else 1, share=share)
        return f"{passes.cookie_name(self.domain)}={right.signed()}"

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Connect."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.listening)
        try:
            yield reader, writer
        finally:
            writer.close()

    async def get(self, port: int, path: str = "/", *lines: str, method: str = "GET", body: bytes = b"") -> bytes:
        """Send one request as the learner and return all that came until the connection's end."""
        head = [f"{method} {path} HTTP/1.1", f"Host: {self.host(port)}", f"Cookie: {self.cookie(port)}; own=1"]
        async with self.connection() as (reader, writer):
            writer.write("\r\n".join([*head, "Connection: close", *lines, "", ""]).encode() + body)
            return await reader.read()


@asynccontextmanager
async def previews(settings: Settings) -> AsyncIterator[Preview]:
    """Serve previews on a port of the loopback."""
    settings.SECRET_KEY = "of-this-test"
    doors = OpenDoors()
    sockets = uvicorn.Config(lambda: None, port=0).bind_socket()
    preview = Preview(sockets.getsockname()[1], doors)
    tunnels = Tunnels(LocalStream.open)
    site = Site(Proxy(tunnels, preview.domain, (APPLICATION,)), doors, APPLICATION)
    config = uvicorn.Config(
        site,
        http="httptools",
        ws="websockets-sansio",
        lifespan="off",
        log_level="critical",
        timeout_graceful_shutdown=1,
    )
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve([sockets]))
    try:
        async with asyncio.timeout(30):
            while not running.started:  # noqa: ASYNC110  (uvicorn has no event for it)
                await asyncio.sleep(0.01)
            yield preview
    finally:
        running.should_exit = True
        await task
        await tunnels.close()


def answering(
    *pieces: bytes, pause: float = 0.0
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """Return a server that takes one request and answers with these bytes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


async def test_a_request_and_its_response_are_made_anew(settings: Settings) -> None:
    """Our cookie stays here, the rest arrives; what speaks for more than this host is taken from the response."""
    seen: list[bytes] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(4))
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Frame-Options: DENY\r\nClear-Site-Data: *\r\n"
            b"Set-Cookie: a=b; Domain=localhost; Path=/x\r\nConnection: x-mine\r\nX-Mine: 1\r\n\r\nhello"
        )

    async with server(serve_one) as port, previews(settings) as preview:
        lines = ("Content-Length: 4", "X-Forwarded-For: 203.0.113.7", "X-Own: yes")
        answer = await preview.get(port, "/a?b=%20c", *lines, method="POST", body=b"body")
    [request] = seen
    assert request.startswith(b"POST /a?b=%20c HTTP/1.1\r\n")
    assert request.endswith(b"body")
    lowered = request.lower()
    assert b"slipway-preview" not in lowered
    assert b"cookie: own=1" in lowered
    assert b"x-own: yes" in lowered
    assert b"203.0.113.7" not in lowered
    assert f"host: {preview.host(port)}".encode() in lowered
    head = answer.lower().partition(b"\r\n\r\n")[0]
    assert head.startswith(b"http/1.1 200")
    assert answer.endswith(b"hello")
    assert b"set-cookie: a=b; path=/x; secure; samesite=none; partitioned" in head
    assert b"frame-ancestors http://localhost:8000" in head
    for name in (b"x-frame-options", b"clear-site-data", b"x-mine", b"domain="):
        assert name not in head


async def test_events_come_as_they_are_sent(settings: Settings) -> None:
    """Server-sent events are not held back: the first is there long before the second."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n"
    async with (
        server(answering(head, b"data: two\n\n", pause=1.0)) as port,
        previews(settings) as preview,
        preview.connection() as (reader, writer),
    ):
        request = f"GET / HTTP/1.1\r\nHost: {preview.host(port)}\r\nCookie: {preview.cookie(port)}\r\n\r\n"
        writer.write(request.encode())
        began = time.monotonic()
        await reader.readuntil(b"data: one")
        assert time.monotonic() - began < 0.9
        await reader.readuntil(b"data: two")


async def test_a_body_that_breaks_off_is_not_passed_for_a_whole_one(settings: Settings) -> None:
    """The browser sees a body without its end, and the next request on the same preview works."""
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"
    chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    async with server(answering(half)) as port, server(answering(chunk)) as other, previews(settings) as preview:
        for _ in range(2):
            answer = await preview.get(port)
            assert b"content-length: 100" in answer.lower()
            assert answer.endswith(b"only this")
            assert not (await preview.get(other)).endswith(b"0\r\n\r\n")


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (b"220 mail.example ESMTP\r\n", b"502", b"does not speak HTTP"),
        (b"HTTP/1.1 200", b"502", b"does not speak HTTP"),
        (b"HTTP/1.1 999 Made up\r\n\r\n", b"502", b"does not speak HTTP"),
        (b"", b"502", b"closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", b"502", b"does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", b"502", b"does not speak HTTP"),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            b"502",
            b"does not speak HTTP",
        ),
    ],
)
async def test_what_is_no_answer_gets_a_sentence(settings: Settings, said: bytes, status: bytes, words: bytes) -> None:
    """Whatever a port says, its learner reads what it was."""
    async with server(answering(said)) as port, previews(settings) as preview:
        answer = await preview.get(port)
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert words in answer


async def test_when_nobody_listens_the_page_says_who_does(settings: Settings) -> None:
    """The state that its script asks for changes when a server starts."""
    async with server(answering()) as closed:
        pass
    async with server(answering()) as port, previews(settings) as preview:
        answer = (await preview.get(closed)).decode()
        assert "HTTP/1.1 503" in answer
        assert f"Nothing answers on port {closed} yet" in answer
        assert f"<li>{port}" in answer
        asked = await preview.get(port, "/_slipway/state")
        assert json.loads(asked.partition(b"\r\n\r\n")[2])["answers"] is True


async def test_websockets_pass(settings: Settings) -> None:
    """Text, bytes, the protocol that was chosen and the closing code; a visitor's ends with the share."""

    async def talk(socket: ServerConnection) -> None:
        assert socket.request is not None
        await socket.send(socket.request.headers.get("Cookie", "none"))
        async for message in socket:
            await socket.send(message)
            if message == "bye":
                await socket.close(4001)
                return

    async with serve(talk, "127.0.0.1", 0, subprotocols=["chat"]) as running, previews(settings) as preview:  # type: ignore[list-item]
        port = running.sockets[0].getsockname()[1]
        async with connect(
            f"ws://{preview.host(port)}/",
            host="127.0.0.1",
            additional_headers={"Cookie": f"{preview.cookie(port)}; own=1"},
            subprotocols=["chat"],  # type: ignore[list-item]
        ) as socket:
            assert socket.subprotocol == "chat"
            assert await socket.recv() == "own=1"
            for message in ("word", b"\0\xff", "x" * 200_000, "bye"):
                await socket.send(message)
                assert await socket.recv() == message
            await socket.wait_closed()
            assert socket.close_code == 4001


async def test_strangers_are_refused_and_a_share_asks_first(settings: Settings) -> None:
    """Without a pass nothing reaches the machine; a pass of another port or a made-up one is none."""
    reached: list[bytes] = []

    async def note(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.readuntil(b"\r\n\r\n"))

    async with server(note) as port, previews(settings) as preview:
        for cookie in ("a=b", preview.cookie(port + 1).replace("=", "=", 1), preview.cookie(port)[:-2]):
            async with preview.connection() as (reader, writer):
                writer.write(f"GET / HTTP/1.1\r\nHost: {preview.host(port)}\r\nCookie: {cookie}\r\n\r\n".encode())
                assert b" 403 " in await reader.readuntil(b"\r\n")
        async with preview.connection() as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b" 404 " in await reader.readuntil(b"\r\n")
        preview.doors.is_shared = False
        async with preview.connection() as (reader, writer):
            cookie = preview.cookie(port, share=UUID(int=1))
            writer.write(f"GET / HTTP/1.1\r\nHost: {preview.host(port)}\r\nCookie: {cookie}\r\n\r\n".encode())
            assert b" 410 " in await reader.readuntil(b"\r\n")
    assert not reached
