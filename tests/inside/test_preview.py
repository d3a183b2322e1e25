"""The program that joins a machine's servers to a stream, with real sockets: run here, and spoken to by a tunnel."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from slipway.preview import frames
from slipway.preview.tunnel import MOST_CONNECTIONS, CrowdedError, LostError, RefusedError, Tunnel
from tests.local_stream import LocalStream

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SECONDS = 20
# More than every buffer on the way together.
LARGE = 12 * frames.WINDOW


@asynccontextmanager
async def server(serve: Serve, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Give the port of a server on the loopback."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(handle, host, 0) as listening:
        yield listening.sockets[0].getsockname()[1]


@asynccontextmanager
async def tunnel() -> AsyncIterator[Tunnel]:
    """Give a tunnel whose other end is a process of this host; no test waits for longer than a while."""
    async with asyncio.timeout(SECONDS):
        opened = await Tunnel.open("", "", open_stream=LocalStream.open)
        try:
            yield opened
        finally:
            await opened.close()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say again what was said, to its end."""
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


async def read_all(connection: object) -> bytes:
    """Read to the end."""
    data = b""
    while piece := await connection.read():  # type: ignore[attr-defined]
        data += piece
    return data


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_much_goes_both_ways_at_once(host: str) -> None:
    """Every byte arrives, though both sides' buffers are full on the way; IPv6 alone is found, too."""
    sent = os.urandom(LARGE)
    async with server(echo, host) as port, tunnel() as through:
        connection = await through.connect(port)
        writing = asyncio.create_task(connection.write(sent))
        received = b""
        while len(received) < len(sent):
            received += await connection.read()
        await writing
        assert hashlib.sha256(received).digest() == hashlib.sha256(sent).digest()


async def test_what_nobody_reads_holds_up_nobody_else() -> None:
    """A page that does not read, and a server that does not: others' connections go on, and little waits anywhere."""

    async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(bytes(65_536))
            await writer.drain()

    async def deaf(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(SECONDS)

    async with server(flood) as flooding, server(deaf) as not_reading, server(echo) as port, tunnel() as through:
        unread, unheard, other = [await through.connect(each) for each in (flooding, not_reading, port)]
        stuck = asyncio.create_task(unheard.write(bytes(64 * frames.WINDOW)))
        for word in (b"one", b"two"):
            await other.write(word)
            assert await other.read() == word
            await asyncio.sleep(0.2)
        assert not stuck.done()
        stuck.cancel()
        assert await unread.read()


async def test_a_closed_port_and_a_server_that_breaks_off_are_told_apart() -> None:
    """Refused is refused; what came before a break is there; the tunnel outlives both."""

    async def break_off(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"some")
        await writer.drain()

    async with server(break_off) as breaking, server(echo) as closed:
        pass
    async with server(break_off) as breaking, server(echo) as port, tunnel() as through:
        refused = await through.connect(closed)
        with pytest.raises(RefusedError):
            await refused.read()
        assert await read_all(await through.connect(breaking)) == b"some"
        other = await through.connect(port)
        await other.write(b"still")
        assert await other.read() == b"still"


async def test_ports_are_found_by_themselves() -> None:
    """A server that starts is told within moments, with its program's name; one that ends goes from the list."""
    came: asyncio.Queue[set[int]] = asyncio.Queue()

    async def until(is_right: Callable[[set[int]], bool]) -> None:
        while not is_right(await came.get()):
            pass

    async with asyncio.timeout(SECONDS):
        watching = await Tunnel.open(
            "", "", open_stream=LocalStream.open, on_ports=lambda found: came.put_nowait({each.port for each in found})
        )
        await watching.watch(1)
        async with server(echo) as port:
            await until(lambda found: port in found)
            named = {each.port: each.process for each in await watching.ports()}
            assert named[port].startswith(("python", "pytest"))
            await watching.watch(1)
        await until(lambda found: port not in found)
        await watching.close()


async def test_there_is_a_bound_and_the_end_is_the_end() -> None:
    """No machine has more connections than its share; when the program dies, whoever waits is told."""
    async with server(echo) as port, tunnel() as through:
        connections = [await through.connect(port) for _ in range(MOST_CONNECTIONS)]
        with pytest.raises(CrowdedError):
            await through.connect(port)
        await connections[0].close()
        await through.connect(port)
        waiting = asyncio.create_task(connections[1].read())
        await asyncio.sleep(0.1)
        through._stream.process.kill()  # type: ignore[attr-defined]
        with pytest.raises(LostError):
            await waiting
        assert not through.is_open
