"""A page's end of a terminal in a real machine: the session as in the web process, the page played by the test."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from slipway.engine.stream import ExecStream
from slipway.terminal import frames
from slipway.terminal.consumer import ATTACH
from slipway.terminal.marks import CommandEnded
from slipway.terminal.pacing import Pace
from slipway.terminal.session import End, Session, Watchers
from slipway.terminal.windows import Windows

WAIT_SECONDS = 20.0
ACK_BYTES = 64 * 1024
WINDOW_BYTES = 128 * 1024
PROMPT = b"\x1b]133;A\x07"


class Link:
    """One WebSocket's worth of terminal. Keep `client`, `boot`, `offset` and `typed` to come back as the same page."""

    def __init__(
        self, socket: Path, machine: str, name: str = "1", client: bytes = b"c" * 16, pace: Pace | None = None
    ) -> None:
        self._pace = pace
        self._socket, self._machine, self.name, self._client = socket, machine, name, client
        self.output = bytearray()
        self.commands: list[CommandEnded] = []
        self.welcome: frames.Welcome
        self.exit_status: int | None = None
        self.typed = self.accepted = 0
        self.error: BaseException | None = None
        self._news = asyncio.Event()
        self._acked = 0

    async def open(self, boot: bytes = frames.NO_BOOT, offset: int = 0, columns: int = 80, rows: int = 24) -> Self:
        """Join the terminal and wait for the welcome."""
        self.stream = await ExecStream.open(self._socket, self._machine, [*ATTACH, self.name])
        self._session = Session(self.stream, self._take, Watchers(on_command=self._record), Windows(), self._pace)
        hello = frames.Hello(self._client, boot, offset, 0, columns, rows)
        self._task = asyncio.create_task(self._run(hello))
        await self.until(lambda: hasattr(self, "welcome"), "no welcome")
        self.typed = self.accepted = self.welcome.accepted
        return self

    @property
    def offset(self) -> int:
        """Return how far the output has come."""
        return self.welcome.offset + len(self.output)

    async def type_text(self, text: str | bytes) -> None:
        """Type, as fast as the holder accepts it."""
        data = text.encode() if isinstance(text, str) else text
        for at in range(0, len(data), 32768):
            piece = data[at : at + 32768]
            await self.until(lambda: self.typed - self.accepted < WINDOW_BYTES, "input is not accepted")
            self._session.take(frames.Input(self.typed, piece))
            self.typed += len(piece)

    def resize(self, columns: int, rows: int) -> None:
        """Tell the window's new size."""
        self._session.take(frames.Resize(columns, rows))

    async def run(self, command: str) -> bytes:
        """Type a command line, wait for its end and return what it printed."""
        ended = len(self.commands)
        await self.type_text(command + "\n")
        await self.until(lambda: len(self.commands) > ended, f"no end of {command!r}")
        # The session tells of a command before it passes its last output on.
        end = self.commands[-1].offset - self.welcome.offset
        await self.until(lambda: self.output.find(PROMPT, end) >= 0, "no prompt")
        begin = self.output.rfind(b"\x1b]133;C\x07") + len(b"\x1b]133;C\x07")
        return bytes(self.output[begin : self.output.rfind(b"\x1b]633;E;")])

    async def see(self, text: str | bytes) -> None:
        """Wait until this was printed."""
        wanted = text.encode() if isinstance(text, str) else text
        await self.until(lambda: wanted in self.output, f"{wanted!r} was not printed")

    async def until(self, holds: Callable[[], bool], otherwise: str) -> None:
        """Wait until something holds, and fail with a reason when it does not in time."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not holds():
                    if self.error is not None:
                        raise self.error
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{otherwise}; the output ends with {bytes(self.output[-500:])!r}") from None

    async def ended(self) -> End:
        """Wait for the session's end and return how it ended."""
        async with asyncio.timeout(WAIT_SECONDS):
            return await self._task

    async def close(self) -> None:
        """Go away, as a closed tab does."""
        self._task.cancel()
        with contextlib.suppress(BaseException):
            await self._task
        await self.stream.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, hello: frames.Hello) -> End:
        try:
            return await self._session.run(hello)
        except Exception as error:
            self.error = error
            raise
        finally:
            self._news.set()

    async def _take(self, message: bytes) -> None:
        frame = frames.decode_holder(message)
        if isinstance(frame, frames.Welcome):
            self.welcome = frame
            self._acked = frame.offset
        elif isinstance(frame, frames.Output):
            assert frame.offset == self.offset
            self.output += frame.data
            if self.offset - self._acked >= ACK_BYTES:
                self._acked = self.offset
                asyncio.get_running_loop().call_soon(self._session.take, frames.Ack(self._acked))
        elif isinstance(frame, frames.InputAck):
            self.accepted = frame.offset
        elif isinstance(frame, frames.Exit):
            self.exit_status = frame.status
        self._news.set()

    async def _record(self, boot: str, command: CommandEnded, times: object) -> None:
        self.commands.append(command)
