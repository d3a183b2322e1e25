"""An exec's stream: its two outputs taken apart, and what an engine may answer, from a socket that plays the engine."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.engine.port import EngineError, EngineUnreachableError, MachineMissingError
from slipway.engine.stream import ERROR_BYTES, Demultiplexer, ExecStream

Answer = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
UPGRADED = b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n\r\n"


def piece(stream: int, data: bytes) -> bytes:
    """Return data as the engine sends it."""
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=30)), max_size=10), st.integers(1, 20))
def test_the_outputs_come_apart_however_they_are_cut(pieces: list[tuple[int, bytes]], step: int) -> None:
    """Standard output in order, the end of the other one beside it."""
    stream = b"".join(piece(number, data) for number, data in pieces)
    demultiplexer = Demultiplexer()
    output = b"".join(demultiplexer.feed(stream[at : at + step]) for at in range(0, len(stream), step))
    assert output == b"".join(data for number, data in pieces if number == 1)
    assert demultiplexer.errors == b"".join(data for number, data in pieces if number == 2)


def test_of_errors_only_the_end_is_kept() -> None:
    """What a command complains of takes no more memory than that."""
    demultiplexer = Demultiplexer()
    for _ in range(100):
        demultiplexer.feed(piece(2, b"x" * 1000) + piece(2, b"end"))
    assert len(demultiplexer.errors) == ERROR_BYTES
    assert demultiplexer.errors.endswith(b"end")


def test_another_form_is_refused() -> None:
    """A stream that is not Docker's is not guessed at."""
    with pytest.raises(EngineError, match="not Docker's form"):
        Demultiplexer().feed(b"HTTP/1.1 200 OK\r\n")


@asynccontextmanager
async def engine(folder: Path, answer: Answer) -> AsyncIterator[str]:
    """Give the socket of something that answers as told to each request, by its first line."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
        await answer(head.split(b"\r\n")[0], reader, writer)
        writer.close()

    path = str(folder / "engine.sock")
    async with await asyncio.start_unix_server(serve, path):
        yield path


async def refuse(writer: asyncio.StreamWriter, status: int, message: str) -> None:
    """Answer with an error in Docker's form."""
    body = json.dumps({"message": message}).encode()
    writer.write(b"HTTP/1.0 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
    await writer.drain()


async def test_a_command_is_started_and_spoken_to(tmp_path: Path) -> None:
    """Early output, which comes with the answer's head, is not lost; what is written arrives; the end is the end."""

    async def answer(line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if line.startswith(b"POST /containers/box/exec "):
            writer.write(b'HTTP/1.0 201 Created\r\n\r\n{"Id": "abc"}')
        else:
            assert line == b"POST /exec/abc/start HTTP/1.1"
            writer.write(UPGRADED + piece(1, b"early"))
            writer.write(piece(2, b"a word\n") + piece(1, await reader.readexactly(5)))

    async with engine(tmp_path, answer) as socket:
        stream = await ExecStream.open(socket, "box", ["cat"])
        await stream.write(b"typed")
        output = b""
        while data := await stream.read():
            output += data
        await stream.close()
    assert (output, stream.errors) == (b"earlytyped", "a word")


@pytest.mark.parametrize(
    ("status", "expected"), [(404, MachineMissingError), (409, MachineMissingError), (500, EngineError)]
)
async def test_what_the_engine_refuses_is_said(tmp_path: Path, status: int, expected: type[EngineError]) -> None:
    """A machine that does not run is told apart from other troubles, and the engine's words are kept."""

    async def answer(line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await refuse(writer, status, "No such container: box")

    async with engine(tmp_path, answer) as socket:
        with pytest.raises(expected, match="No such container: box") as caught:
            await ExecStream.open(socket, "box", ["cat"])
    assert type(caught.value) is expected


async def test_a_paused_machine_is_waited_for_but_not_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its copy takes a moment, before the command is made or before it begins."""
    refusals, state = [b"exec", b"start", b"exec"], b"paused"

    async def answer(line: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        act = line.split(b" ")[1].rpartition(b"/")[2]
        if refusals and refusals[0] == act:
            refusals.pop(0)
            await refuse(writer, 409, "Container box is paused, unpause the container before exec")
        elif act == b"json":
            writer.write(b'HTTP/1.0 200 OK\r\n\r\n{"State": {"Status": "%s"}}' % state)
        elif act == b"exec":
            writer.write(b'HTTP/1.0 201 Created\r\n\r\n{"Id": "abc"}')
        else:
            writer.write(UPGRADED + piece(1, b"ran"))

    async with engine(tmp_path, answer) as socket:
        stream = await ExecStream.open(socket, "box", ["true"])
        assert await stream.read() == b"ran"
        await stream.close()
        refusals += [b"exec"] * 1000
        monkeypatch.setattr("slipway.engine.stream.PAUSED_SECONDS", 0.2)
        with pytest.raises(MachineMissingError, match="is paused"):
            await ExecStream.open(socket, "box", ["true"])
        refusals[:], state = [b"exec"], b"exited"
        with pytest.raises(MachineMissingError):
            await ExecStream.open(socket, "box", ["true"])
        assert refusals == []


async def test_a_refused_start_is_said_too(tmp_path: Path) -> None:
    """The machine may go away between the two requests."""

    async def answer(line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b"/containers/box/exec" in line:
            writer.write(b'HTTP/1.0 201 Created\r\n\r\n{"Id": "abc"}')
        elif b"/containers/box/json" in line:
            writer.write(b'HTTP/1.0 200 OK\r\n\r\n{"State": {"Status": "exited"}}')
        else:
            await refuse(writer, 409, "Container box is not running")

    async with engine(tmp_path, answer) as socket:
        with pytest.raises(MachineMissingError, match="is not running"):
            await ExecStream.open(socket, "box", ["cat"])


@pytest.mark.parametrize("said", [b"", b"HTTP/1.0 201 Created\r\n\r\n"], ids=["nothing", "half"])
async def test_an_engine_that_dies_is_unreachable(tmp_path: Path, said: bytes) -> None:
    """What runs on it is unknown then, not gone."""

    async def answer(line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b"/containers/" in line and said:
            writer.write(b'HTTP/1.0 201 Created\r\n\r\n{"Id": "abc"}')

    async with engine(tmp_path, answer) as socket:
        with pytest.raises(EngineUnreachableError):
            await ExecStream.open(socket, "box", ["cat"])


async def test_no_engine_is_unreachable(tmp_path: Path) -> None:
    """A socket that is not there, too."""
    with pytest.raises(EngineUnreachableError, match="slipway status"):
        await ExecStream.open(str(tmp_path / "none.sock"), "box", ["cat"])


async def test_something_else_on_the_socket_is_said(tmp_path: Path) -> None:
    """No guess is made about what does not speak HTTP."""

    async def answer(line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-nothing\r\n\r\n")

    async with engine(tmp_path, answer) as socket:
        with pytest.raises(EngineError, match="no Docker Engine"):
            await ExecStream.open(socket, "box", ["cat"])
