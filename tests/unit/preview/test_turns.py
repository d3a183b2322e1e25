"""A machine's server that says everything in the smallest parts: others get their turn, and nothing is kept of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from websockets.protocol import State

from slipway.preview import frames
from slipway.preview.exchange import Exchange, Proxy
from slipway.preview.frames import Kind, encode
from slipway.preview.names import Domain, Place
from slipway.preview.selectors import Door
from slipway.preview.sockets import _Server
from slipway.preview.tunnel import Tunnel
from slipway.preview.tunnels import Tunnels
from tests.unit.preview.test_tunnel import FakeMachine

DOOR, PLACE = Door("socket", "machine"), Place(uuid4(), 8080)
DOMAIN = Domain("http", "localhost", None)
SCOPE: dict[str, Any] = {"method": "GET", "raw_path": b"/", "query_string": b"", "headers": [(b"host", b"localhost")]}


class Turns:
    """Counts how often others had their turn."""

    count = 0

    async def run(self) -> None:
        """Take one turn after the other."""
        while True:
            self.count += 1
            await asyncio.sleep(0)


@asynccontextmanager
async def counted() -> AsyncIterator[Turns]:
    """Count turns as long as the block runs."""
    turns = Turns()
    task = asyncio.create_task(turns.run())
    try:
        async with asyncio.timeout(30):
            yield turns
    finally:
        task.cancel()


def proxy_to(machine: FakeMachine) -> Proxy:
    """Return what an exchange needs, with this machine behind every door."""

    async def open_stream(*_: object) -> FakeMachine:
        return machine

    return Proxy(Tunnels(open_stream), DOMAIN, ())


async def test_a_body_in_single_bytes_leaves_others_their_turn() -> None:
    """Each byte a chunk of its own, after many answers that are none yet: thousands of events of one window."""
    machine = FakeMachine()
    proxy = proxy_to(machine)
    body = 0

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        nonlocal body
        body += len(message.get("body", b""))

    said = b"HTTP/1.1 100 Continue\r\n\r\n" * 5000 + b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    said += b"1\r\nx\r\n" * 10_000 + b"0\r\n\r\n"
    for at in range(0, len(said), frames.MAX_DATA):
        machine.say(encode(Kind.DATA, 1, said[at : at + frames.MAX_DATA]))
    async with counted() as turns:
        await Exchange(proxy, SCOPE, receive, send).run(DOOR, PLACE)
    assert body == 10_000
    assert turns.count > 150
    await proxy.tunnels.close()


async def test_frames_of_two_bytes_leave_others_their_turn_and_keep_nothing() -> None:
    """A message of any number of empty parts is no longer for it; each ping is answered."""
    machine = FakeMachine()
    tunnel = Tunnel(machine)
    server = _Server(await tunnel.connect(8080), proxy_to(machine), SCOPE)
    protocol = server._protocol
    # As after the handshake.
    protocol.state, protocol.parser = State.OPEN, super(type(protocol), protocol).parse()
    next(protocol.parser)
    said = b"\x01\x00" + b"\x00\x00" * 20_000 + b"\x89\x00" * 5000 + b"\x80\x03end"
    machine.say(encode(Kind.DATA, 1, said))
    async with counted() as turns:
        messages = server.messages()
        assert await anext(messages) == (b"end", True)
    pongs = [frame for frame in frames.Reader().feed(machine.written) if frame[0] == Kind.DATA]
    assert sum(len(data) for _, _, data in pongs) > 4000 * 6
    assert len(pongs) < 100
    assert turns.count > 45
    await tunnel.close()
