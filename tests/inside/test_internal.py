"""Machines of a learner and one of another, by the relays that really run in machines, as processes of this host."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import pytest

from slipway.egress import mux
from slipway.egress.mux import Mux
from slipway.egress.proxy import Proxy
from slipway.sandboxes import egress
from slipway.sandboxes.internal import Exchange
from slipway.sandboxes.ways import Way
from tests.local_stream import LocalStream

# More than the windows and buffers on the way hold together, of which sockets have the most.
LARGE = 12 * 1024 * 1024
SECONDS = 30


@dataclass
class Machine:
    """A relay on a port of this host's loopback, and the process that decides for it."""

    way: Way
    port: int
    stream: LocalStream
    mux: Mux
    running: asyncio.Task[None]

    async def ask(self, head: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Send the head of a request to the relay, as a program in the machine does."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"{head}\r\n\r\n".encode())
        return reader, writer

    async def connect(self, target: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a tunnel that must open."""
        reader, writer = await self.ask(f"CONNECT {target} HTTP/1.1")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        return reader, writer

    async def refused(self, target: str) -> str:
        """Return what is said to a tunnel that must not open."""
        reader, writer = await self.ask(f"CONNECT {target} HTTP/1.1")
        answer = (await reader.read()).decode()
        writer.close()
        assert not answer.startswith("HTTP/1.1 200"), answer
        return answer


class Lab:
    """The machines that are there, and the exchange between them."""

    def __init__(self) -> None:
        self.machines: list[Machine] = []
        self.present: list[Way] = []
        self.exchange = Exchange(self.of_owner)

    async def of_owner(self, owner: int) -> list[Way]:
        """Stand in for the database, and for one that would answer with too much."""
        return self.present

    async def start(self, course: str, owner: int) -> Machine:
        """Run a relay, and wait until it listens."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        way = Way("", f"m-{len(self.machines)}", owner, course, 0, 1, (), is_internal=True)
        stream = await LocalStream.open("", "", [*egress.relay()[:-2], "127.0.0.1", str(port)])
        proxy = Proxy(way.machine, (), reach=partial(self.exchange.connect, way))
        host = Mux(stream, proxy.serve, is_host=True)

        async def run() -> None:
            with self.exchange.holding(way, host):
                await host.run()

        machine = Machine(way, port, stream, host, asyncio.create_task(run()))
        self.machines.append(machine)
        self.present.append(way)
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return machine
            await asyncio.sleep(0.05)


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """Give a lab whose relays end with the test."""
    made = Lab()
    async with asyncio.timeout(SECONDS):
        yield made
    for machine in made.machines:
        machine.running.cancel()
        await asyncio.gather(machine.running, return_exceptions=True)
        await machine.stream.close()


@contextlib.asynccontextmanager
async def digest() -> AsyncIterator[int]:
    """Give the port of a server that greets, and tells how many bytes it was sent when they end, then as many more."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(b"hello\n")
            count = 0
            while data := await reader.read(65_536):
                count += len(data)
            writer.write(b"%d\n" % count)
            for _ in range(count // 65_536):
                writer.write(bytes(65_536))
                await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_bytes_go_whole_and_only_to_ones_own(lab: Lab) -> None:
    """Much, both ways, with each side's end; a server that speaks first is heard; another's machine is out of reach."""
    one, _, theirs = await lab.start("docker", 1), await lab.start("redis", 1), await lab.start("other", 2)
    async with digest() as port:
        reader, writer = await one.connect(f"Redis.internal:{port}")
        assert await reader.readline() == b"hello\n"
        writer.write(bytes(LARGE))
        writer.write_eof()
        assert await reader.readline() == b"%d\n" % LARGE
        assert len(await reader.read(-1)) == LARGE // 65_536 * 65_536
        writer.close()
        for asking, target in ((one, "other"), (theirs, "redis"), (theirs, "docker")):
            assert "You have no machine at" in await asking.refused(f"{target}.internal:{port}")
        assert "Only full names" in await one.refused(f"127.0.0.1:{port}")
        assert "no names of the Internet" in await one.refused(f"a.redis.internal:{port}")
    assert "Nobody listens on port" in await one.refused(f"redis.internal:{port}")


async def test_whoever_does_not_read_holds_up_nobody_and_has_a_bound(lab: Lab) -> None:
    """A server that takes nothing stops its own connection alone; there are as many as one machine may be led to."""

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(SECONDS)
        writer.close()

    one, other = await lab.start("docker", 1), await lab.start("redis", 1)
    async with digest() as port, await asyncio.start_server(deaf, "127.0.0.1", 0) as not_reading:
        _, stuck = await one.connect(f"redis.internal:{not_reading.sockets[0].getsockname()[1]}")
        stuck.write(bytes(2 * LARGE))
        draining = asyncio.create_task(stuck.drain())
        _, pending = await asyncio.wait([draining], timeout=1)
        assert pending
        reader, writer = await one.connect(f"redis.internal:{port}")
        assert await reader.readline() == b"hello\n"
        writer.close()
        draining.cancel()
        # From a third machine, whose own connections are as many.
        third = await lab.start("files", 1)
        held: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        while len(held) < mux.MOST_CHANNELS - 1:
            held.append(await third.connect(f"redis.internal:{port}"))
        if not other.mux.is_full:
            held.append(await one.connect(f"redis.internal:{port}"))
        assert "as many connections as it may have" in await one.refused(f"redis.internal:{port}")
        for each in [stuck, *(writer for _, writer in held)]:
            each.transport.abort()


async def test_a_machine_that_is_another_now_is_out_of_reach(lab: Lab) -> None:
    """A reset ends what goes on; who held the name from before reaches nothing, and is not reached."""
    one, other = await lab.start("docker", 1), await lab.start("redis", 1)
    async with digest() as port:
        reader, writer = await one.connect(f"redis.internal:{port}")
        assert await reader.readline() == b"hello\n"
        # The machine is made anew: its relay ends, and the database knows another start of it.
        other.stream.process.kill()
        assert await reader.read() == b""
        writer.close()
        lab.present[1] = other.way._replace(boot=2)
        assert "has just started" in await one.refused(f"redis.internal:{port}")
        # It has somebody else's hands: the relay that is still there is of its former owner.
        third = await lab.start("files", 1)
        lab.present[2] = third.way._replace(owner=2)
        assert "You have no machine at" in await one.refused(f"files.internal:{port}")
        assert "You have no machine at" in await third.refused(f"docker.internal:{port}")
