"""A tunnel against a machine that says anything: it ends alone, in bounds, and with a reason for whoever waits."""

import asyncio
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.preview import frames
from slipway.preview.frames import FrameError, Kind, Reason, encode
from slipway.preview.tunnel import LostError, RefusedError, Tunnel


class FakeMachine:
    """An exec that a test plays."""

    def __init__(self) -> None:
        self.written = b""
        self.is_closed = False
        self.is_full = False
        self._coming: asyncio.Queue[bytes] = asyncio.Queue()

    async def read(self) -> bytes:
        """Return what the test says."""
        return await self._coming.get()

    async def write(self, data: bytes) -> None:
        """Keep it, unless nothing is taken any more."""
        if self.is_full:
            await asyncio.Event().wait()
        self.written += data

    async def close(self) -> None:
        """Note it."""
        self.is_closed = True

    def say(self, data: bytes) -> None:
        """Let this come next."""
        self._coming.put_nowait(data)


@pytest.mark.parametrize(
    "said",
    [
        encode(Kind.DATA, 2, b"of a connection that was never opened"),
        encode(Kind.DATA, 0, b"of none"),
        encode(Kind.DATA, 1, bytes(frames.MAX_DATA)) * 5,
        encode(Kind.CREDIT, 1, b"\0\0\0\1"),
        encode(Kind.END, 1) + encode(Kind.DATA, 1, b"after the end"),
        encode(Kind.PORTS, 0, b"[[0, 1]]"),
        encode(Kind.PORTS, 0, b"[" * 100_000),
        frames.HEADER.pack(Kind.DATA, 1, frames.MAX_DATA + 1),
        frames.HEADER.pack(9, 1, 0),
        b"sh: python: not found\n",
        b"",
    ],
)
async def test_nonsense_ends_the_tunnel_and_nothing_else(said: bytes) -> None:
    """More than was asked for, what was never opened, frames that are none: whoever waits is told within moments."""
    machine = FakeMachine()
    tunnel = Tunnel(machine)
    connection = await tunnel.connect(8080)
    machine.say(said)
    machine.say(b"")
    async with asyncio.timeout(5):
        await tunnel.wait_closed()
        # What came before may still be read.
        with contextlib.suppress(LostError):
            while await connection.read():
                pass
        with pytest.raises(LostError):
            await connection.read()
        with pytest.raises(LostError):
            await connection.write(b"x")
    assert machine.is_closed


async def test_what_is_read_is_given_back_in_time() -> None:
    """The machine may send on before it has used up its window, and not for each byte anew."""
    machine = FakeMachine()
    tunnel = Tunnel(machine)
    connection = await tunnel.connect(8080)
    for _ in range(4):
        machine.say(encode(Kind.DATA, 1, bytes(frames.WINDOW // 8)))
        assert len(await connection.read()) == frames.WINDOW // 8
    granted = [frame for frame in frames.Reader().feed(machine.written) if frame[0] == Kind.CREDIT]
    assert [int.from_bytes(data, "big") for _, _, data in granted] == [frames.WINDOW // 4] * 2
    await tunnel.close()


async def test_many_small_frames_leave_the_loop_its_turn() -> None:
    """A machine that sends one byte at a time stops nobody else."""
    machine = FakeMachine()
    tunnel = Tunnel(machine)
    await tunnel.connect(8080)
    turns = 0
    machine.say(encode(Kind.DATA, 1, b"x") * 20_000)
    while not machine._coming.empty() or turns < 50:
        await asyncio.sleep(0)
        turns += 1
        assert turns < 1000
    assert tunnel.is_open
    await tunnel.close()


async def test_a_machine_that_takes_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tunnel ends: else it kept its places for ever, and whoever tidies all tunnels up waited for it."""
    monkeypatch.setattr("slipway.preview.tunnel.TAKEN_SECONDS", 0.05)
    machine = FakeMachine()
    tunnel = Tunnel(machine)
    connection = await tunnel.connect(8080)
    machine.is_full = True
    async with asyncio.timeout(5):
        with pytest.raises(LostError):
            await tunnel.connect(8080)
        await connection.close()
        await tunnel.wait_closed()
    assert tunnel.connections == 0
    assert machine.is_closed


async def test_a_refusal_and_a_break_differ() -> None:
    """The page says other things of them."""
    machine = FakeMachine()
    tunnel = Tunnel(machine)
    closed, broken = await tunnel.connect(1), await tunnel.connect(2)
    machine.say(encode(Kind.RESET, 1, bytes([Reason.REFUSED])) + encode(Kind.RESET, 2, bytes([Reason.LOST])))
    with pytest.raises(RefusedError):
        await closed.read()
    with pytest.raises(LostError):
        await broken.read()
    await tunnel.close()


@given(
    st.lists(st.tuples(st.sampled_from(list(Kind)), st.integers(0, 9), st.binary(max_size=40)), max_size=12),
    st.integers(1, 30),
)
def test_frames_are_the_same_however_they_are_cut(said: list[tuple[Kind, int, bytes]], step: int) -> None:
    """Pieces of a stream know nothing of frames."""
    stream = b"".join(encode(*frame) for frame in said)
    reader = frames.Reader()
    assert [frame for at in range(0, len(stream), step) for frame in reader.feed(stream[at : at + step])] == said


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=60), max_size=8))
async def test_whatever_comes_is_a_frame_or_an_error(pieces: list[bytes]) -> None:
    """No other exception leaves the reader or the list of ports."""
    reader = frames.Reader()
    with contextlib.suppress(FrameError):
        for piece in pieces:
            for _, _, data in reader.feed(piece):
                with contextlib.suppress(FrameError):
                    frames.ports_of(data)


@pytest.mark.parametrize("port", [b"1e999", b"NaN", b"-1", b"65536", b"9" * 5000, b"null", b'"a"'])
def test_what_is_no_port_is_an_error_of_the_machine(port: bytes) -> None:
    """Whatever number JSON can write."""
    with pytest.raises(FrameError):
        frames.ports_of(b"[[" + port + b', "a"]]')


def test_a_name_in_the_list_is_text_of_one_line() -> None:
    """Programs are called what their authors like."""
    [port] = frames.ports_of(b'[[8080, "a\\u0007\\u202eb\\n' + b"c" * 100 + b'"]]')
    assert port.process.startswith("a??b?c")
    assert len(port.process) == frames.MAX_PROCESS
