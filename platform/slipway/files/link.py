"""One exec in a machine for one act: the request goes in, the answer comes out, and both have bounds."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from slipway.files import answers, program
from slipway.files.asked import Request

ANSWER_SECONDS = 120.0
# A download may be slow, and its reader may stop reading, but not for ever.
DOWNLOAD_SECONDS = 60 * 60.0
MAX_HEAD_BYTES = 4096
PIECE_BYTES = 64 * 1024
STATUS_LOOKS, STATUS_PAUSE_SECONDS = 20, 0.05


class Stream(Protocol):
    """The exec: slipway.engine.stream.ExecStream."""

    async def read(self) -> bytes:
        """Return what came next, nothing at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side does not take it."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...

    async def exit_status(self) -> int | None:
        """Return how it ended."""
        ...


OpenStream = Callable[[str, str, Sequence[str]], Awaitable[Stream]]


class SilentError(Exception):
    """The machine did not answer in time."""


class BrokenOffError(Exception):
    """A download ended before its end: the connection is cut, so that the browser tells."""


async def ask(
    open_stream: OpenStream, place: tuple[str, str], request: Request, content: bytes = b""
) -> dict[str, object]:
    """Do one act in the machine at `place`, its engine's socket and its name, and return what it found.

    Raise `RefusedError` and `NonsenseError` of answers.py, `SilentError`, and what the engine raises.
    """
    async with _limited(ANSWER_SECONDS), _running(open_stream, place) as stream:
        await _tell(stream, request, content)
        said = await _all(stream)
    return answers.answer_of(str(request["act"]), said)


class Download:
    """A file or folder on its way. `size` is in bytes, or None for what has none before its end."""

    def __init__(self, stream: Stream, size: int | None, first: bytes, *, is_folder: bool) -> None:
        self._stream = stream
        self.size = size
        self.is_folder = is_folder
        self._first = first

    @classmethod
    async def begin(cls, open_stream: OpenStream, place: tuple[str, str], request: Request) -> "Download":
        """Return it when its first bytes have come; raise what `ask` raises. Read or close it then."""
        async with _limited(ANSWER_SECONDS):
            stream = await open_stream(*place, program.argv())
            try:
                await _tell(stream, request, b"")
                said, first = await _head(stream)
                found = answers.answer_of("download", said)
            except BaseException:
                await stream.close()
                raise
        size = found["size"]
        return cls(stream, size if isinstance(size, int) else None, first, is_folder=bool(found["is_folder"]))

    async def close(self) -> None:
        """Let go of it."""
        await self._stream.close()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the bytes, as fast as they are taken. Raise `BrokenOffError` when that is not all of them."""
        sent = 0
        try:
            async with _limited(DOWNLOAD_SECONDS):
                piece = self._first or await self._stream.read()
                while piece:
                    sent += len(piece)
                    if self.size is not None and sent > self.size:
                        raise BrokenOffError("the machine sent more than it said")
                    yield piece
                    piece = await _next(self._stream)
                is_short = self.size is not None and sent < self.size
                if is_short or await self._status() != 0:
                    raise BrokenOffError(f"the machine stopped after {sent} bytes")
        finally:
            await self._stream.close()

    async def _status(self) -> int | None:
        """Return how the program ended; the engine may know it a moment after the stream's end."""
        for _ in range(STATUS_LOOKS):
            if (status := await self._stream.exit_status()) is not None:
                return status
            await asyncio.sleep(STATUS_PAUSE_SECONDS)
        return None


@asynccontextmanager
async def _limited(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise SilentError from error


@asynccontextmanager
async def _running(open_stream: OpenStream, place: tuple[str, str]) -> AsyncIterator[Stream]:
    stream = await open_stream(*place, program.argv())
    try:
        yield stream
    finally:
        await stream.close()


async def _tell(stream: Stream, request: Request, content: bytes) -> None:
    await stream.write(json.dumps({**request, "size": len(content)}).encode() + b"\n")
    for at in range(0, len(content), PIECE_BYTES):
        await stream.write(content[at : at + PIECE_BYTES])


async def _next(stream: Stream) -> bytes:
    """Return what comes next, and let others have a turn: a machine that sends single bytes is always ready."""
    await asyncio.sleep(0)
    return await stream.read()


async def _all(stream: Stream) -> bytes:
    said = bytearray()
    while piece := await _next(stream):
        said += piece
        if len(said) > answers.MAX_BYTES:
            raise answers.NonsenseError(f"more than {answers.MAX_BYTES} bytes")
    return bytes(said)


async def _head(stream: Stream) -> tuple[bytes, bytes]:
    """Return the first line, and what has come behind it."""
    said = b""
    while (piece := await _next(stream)) and b"\n" not in said + piece:
        said += piece
        if len(said) > MAX_HEAD_BYTES:
            raise answers.NonsenseError("no first line")
    head, _, first = (said + piece).partition(b"\n")
    return head, first
