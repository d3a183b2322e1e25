"""The proxy's way from a machine's bytes to a server, over a stream in memory that a hostile machine may be behind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

import pytest
import structlog

from slipway.egress import mux
from slipway.egress.addresses import Address
from slipway.egress.carrying import Bounds
from slipway.egress.mux import CREDIT, DATA, END, HEADER, HOST_BIT, OPEN, WINDOW_BYTES, BrokenError, Channel, Mux
from slipway.egress.proxy import Internet, Proxy

LOOPBACK = ip_address("127.0.0.1")


class Pipe:
    """One end of a stream in memory, whose writer waits when much is on the way."""

    def __init__(self, coming: asyncio.Queue[bytes], going: asyncio.Queue[bytes]) -> None:
        self._coming = coming
        self._going = going

    async def read(self) -> bytes:
        """Return what came next."""
        return await self._coming.get()

    async def write(self, data: bytes) -> None:
        """Send in odd pieces."""
        for at in range(0, len(data), 1000):
            await self._going.put(data[at : at + 1000])


def pipes() -> tuple[Pipe, Pipe]:
    """Return both ends."""
    there: asyncio.Queue[bytes] = asyncio.Queue(8)
    back: asyncio.Queue[bytes] = asyncio.Queue(8)
    return Pipe(back, there), Pipe(there, back)


@dataclass
class Site:
    """A server on loopback and the machine's end of a way to it."""

    machine: Mux
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def say(self, *pieces: bytes) -> bytes:
        """Open a connection, send, end, and return the whole answer."""
        channel = await self.machine.open()
        for piece in pieces:
            await channel.write(piece)
        await channel.finish()
        answer = b""
        while data := await channel.read():
            answer += data
        await channel.close()
        return answer


@contextlib.asynccontextmanager
async def site(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    leads_to: tuple[Address, ...] = (LOOPBACK,),
    bounds: Bounds | None = None,
) -> AsyncIterator[Site]:
    """Give a way on which deb.example.org leads to these addresses, of which loopback alone may be reached."""
    serving: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            serving.add(task)
        try:
            await serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    near, far = pipes()
    given = Site(Mux(near))

    async def resolve(host: str, asked_port: int) -> list[Address]:
        given.asked.append((host, asked_port))
        return list(leads_to)

    internet = Internet(resolve, lambda address: address == LOOPBACK)
    host = Mux(far, Proxy("box", ("deb.example.org",), internet=internet, bounds=bounds).serve, is_host=True)
    running = [asyncio.create_task(given.machine.run()), asyncio.create_task(host.run())]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("slipway.egress.request.PORTS", frozenset({port}))
        given.port = port  # type: ignore[attr-defined]
        try:
            async with asyncio.timeout(10), server:
                yield given
        finally:
            for each in (*running, *serving):
                each.cancel()
            await asyncio.gather(*running, *serving, return_exceptions=True)
            await asyncio.sleep(0.01)


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()


def _connect(given: Site) -> bytes:
    return f"CONNECT deb.example.org:{given.port} HTTP/1.1\r\n\r\n".encode()  # type: ignore[attr-defined]


async def test_a_tunnel_carries_more_than_all_windows_and_all_of_it() -> None:
    """Two at once, in odd pieces, each whole; a name is looked up once for each."""
    data = bytes(range(256)) * 4096
    async with site(_echo) as given:
        answers = await asyncio.gather(
            given.say(_connect(given), data), given.say(_connect(given) + data[:7], data[7:])
        )
    assert list(answers) == [b"HTTP/1.1 200 Connection established\r\n\r\n" + data] * 2
    assert [host for host, _ in given.asked] == ["deb.example.org"] * 2


@pytest.mark.parametrize("leads_to", [("10.0.0.1",), ("127.0.0.1", "10.0.0.1"), ("169.254.169.254",)])
async def test_a_name_that_leads_astray_is_refused(leads_to: tuple[str, ...]) -> None:
    """Even if only one of its addresses does: nothing is connected to."""
    met: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(1)
        writer.close()

    async with site(serve, tuple(map(ip_address, leads_to))) as given:
        answer = await given.say(_connect(given))
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"not one of the public Internet" in answer
    assert not met


async def test_a_connection_has_an_end_in_time_and_size() -> None:
    """A head that does not come, a server that says nothing, and more bytes than may be."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        await asyncio.sleep(5)

    async with site(silent, bounds=Bounds(head_seconds=0.1)) as given:
        late = await given.machine.open()
        assert (await late.read()).startswith(b"HTTP/1.1 408 ")
    bounds = Bounds(idle_seconds=0.3)
    async with site(silent, bounds=bounds) as given:
        assert await given.say(_connect(given), b"hello") == b"HTTP/1.1 200 Connection established\r\n\r\n"
        assert (await given.say(b"x" * 20_000)).startswith(b"HTTP/1.1 431 ")
    async with site(_echo, bounds=Bounds(most_bytes=5000)) as given:
        channel = await given.machine.open()
        await channel.write(_connect(given))

        async def pour() -> None:
            for _ in range(1000):
                await channel.write(b"y" * 1000)
                await channel.read()

        with pytest.raises(ConnectionResetError):
            await pour()


def _frame(number: int, kind: int, data: bytes = b"") -> bytes:
    return HEADER.pack(number, kind, 0, len(data)) + data


@pytest.mark.parametrize(
    "frames",
    [
        [_frame(1, DATA, b"x")],
        [_frame(1, OPEN), _frame(1, OPEN)],
        [_frame(1, OPEN), _frame(1, END), _frame(1, DATA, b"x")],
        [_frame(1, OPEN), _frame(1, CREDIT, b"\xff\xff\xff\xff")],
        [_frame(1, OPEN), _frame(1, CREDIT, b"x")],
        [_frame(1, OPEN), _frame(1, 9)],
        [_frame(HOST_BIT | 1, OPEN)],
        [_frame(HOST_BIT | 1, DATA, b"x")],
        [_frame(1, OPEN), *[_frame(1, DATA, b"x" * 16384)] * (WINDOW_BYTES // 16384 + 1)],
        [b"\0\0\0\1\2\0\xff\xff"],
        [b"GET / HTTP/1.1\r\n"],
        [_frame(number, OPEN) for number in range(1, mux.MOST_CHANNELS + 2)],
    ],
)
async def test_a_machine_that_breaks_the_protocol_is_left(frames: list[bytes]) -> None:
    """Whoever sends without end, opens without end or says what nobody knows: all of its connections end."""
    ended: list[int] = []

    async def serve(channel: Channel) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(channel.number)

    near, far = pipes()
    running = asyncio.create_task(Mux(far, serve, is_host=True).run())
    sending = asyncio.create_task(near.write(b"".join(frames)))
    async with asyncio.timeout(5):
        with pytest.raises(BrokenError):
            await running
    sending.cancel()
    assert len(ended) <= mux.MOST_CHANNELS


async def test_very_many_frames_leave_others_their_turn() -> None:
    """A hostile machine's empty frames come by thousands at once; other machines' ways go on meanwhile."""

    async def serve(channel: Channel) -> None:
        await asyncio.sleep(60)

    class Flood:
        pieces = [_frame(1, OPEN) + _frame(1, DATA) * 20_000]

        async def read(self) -> bytes:
            return self.pieces.pop() if self.pieces else b""

        async def write(self, data: bytes) -> None: ...

    running = asyncio.create_task(Mux(Flood(), serve, is_host=True).run())
    turns = 0
    while not running.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 200


async def test_who_leaves_before_its_turn_leaves_no_line() -> None:
    """Opened and closed at once by thousands, connections would fill the disk with lines."""
    with structlog.testing.capture_logs() as lines:
        async with site(_echo) as given:
            for _ in range(5):
                channels = [await given.machine.open() for _ in range(10)]
                for channel in channels:
                    await channel.close()
            await asyncio.sleep(0.05)
    assert len(lines) < 10


async def test_a_lookup_that_was_given_up_still_counts() -> None:
    """It holds one of the threads of all machines until the resolver ends it."""
    going, most = 0, 0

    async def resolve(_host: str, _port: int) -> list[Address]:
        nonlocal going, most
        going += 1
        most = max(most, going)
        try:
            # A thread is not ended by whoever waits for it.
            await asyncio.shield(asyncio.sleep(0.5))
        finally:
            going -= 1
        return [LOOPBACK]

    near, far = pipes()
    machine, proxy = Mux(near), Proxy("box", ("deb.example.org",), internet=Internet(resolve))
    running = [asyncio.create_task(machine.run()), asyncio.create_task(Mux(far, proxy.serve, is_host=True).run())]
    for _ in range(6):
        channel = await machine.open()
        await channel.write(b"CONNECT deb.example.org:443 HTTP/1.1\r\n\r\n")
        await asyncio.sleep(0.03)
        await channel.close()
    assert most == going == 2
    for each in running:
        each.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_one_that_does_not_read_holds_up_nobody() -> None:
    """A connection whose answer is not taken stops at its window; the next one is served."""
    async with site(_echo) as given:
        stuck = await given.machine.open()
        await stuck.write(_connect(given))

        async def pour() -> None:
            # More than the buffers of both sockets take.
            for _ in range(4096):
                await stuck.write(b"z" * 16384)

        pouring = asyncio.create_task(pour())
        await asyncio.sleep(0.5)
        assert not pouring.done()
        assert (await given.say(_connect(given), b"next")).endswith(b"next")
        pouring.cancel()


async def test_whoever_leaves_makes_room_at_once() -> None:
    """What is done for a connection ends with it: as many again may come, and again."""
    going: set[int] = set()

    async def serve(channel: Channel) -> None:
        going.add(channel.number)
        try:
            await asyncio.sleep(60)
        finally:
            going.discard(channel.number)

    near, far = pipes()
    machine = Mux(near)
    running = [asyncio.create_task(machine.run()), asyncio.create_task(Mux(far, serve, is_host=True).run())]
    async with asyncio.timeout(5):
        for _ in range(5):
            channels = [await machine.open() for _ in range(mux.MOST_CHANNELS)]
            assert machine.is_full
            for channel in channels:
                await channel.close()
            await asyncio.sleep(0.01)
        assert not going
        assert not any(each.done() for each in running)
    for each in running:
        each.cancel()
    await asyncio.gather(*running, return_exceptions=True)
