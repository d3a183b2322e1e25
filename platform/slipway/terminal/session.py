"""One page on one terminal: carry frames both ways, hold back what the other side cannot take, read the marks."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Protocol

from slipway.engine.port import EngineError
from slipway.terminal import frames
from slipway.terminal.marks import CONTEXT_BYTES, CommandBegan, CommandEnded, MarkParser
from slipway.terminal.pacing import Pace
from slipway.terminal.windows import Size, Windows

# xterm.js takes 5 to 35 MB/s; this is what may be on the way to it.
WINDOW_BYTES = 256 * 1024
BATCH_BYTES = 32 * 1024
BATCH_SECONDS = 0.005
# The page sends at most 128 KiB beyond what the holder accepted; twice that is no accident.
INPUT_BYTES = 256 * 1024


class End(Enum):
    """How a session came to its end."""

    SHELL_ENDED = auto()
    LOST = auto()


class Stream(Protocol):
    """The exec that leads to the holder: slipway.engine.stream.ExecStream."""

    async def read(self) -> bytes:
        """Return what came next, nothing at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side does not take it."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...

    @property
    def errors(self) -> str:
        """Return what it complained of."""
        ...


class CommandListener(Protocol):
    """Told of each command that ended, with the shell's boot id and when it began and ended."""

    async def __call__(self, boot: str, command: CommandEnded, times: tuple[datetime, datetime]) -> None:
        """Take the command."""
        ...


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who is told of what the terminal does; None for what nobody wants to know.

    `on_output` hears of what is printed now, not of a replay. `past` returns what is to be shown above a shell, by its
    boot, when the page gets all of what that shell printed.
    """

    on_command: CommandListener | None = None
    on_output: Callable[[], Awaitable[None]] | None = None
    past: Callable[[str], Awaitable[frames.Past | None]] | None = None


class HolderError(Exception):
    """What came from the sandbox is not what a holder sends."""


class Session:
    """Everything between one WebSocket and one exec. `windows` are all that look at the same terminal, this one too."""

    def __init__(
        self,
        stream: Stream,
        send: Callable[[bytes], Awaitable[None]],
        watchers: Watchers,
        windows: Windows,
        pace: Pace | None = None,
    ) -> None:
        self._stream = stream
        self._send = send
        self._watchers = watchers
        self._windows = windows
        self._pace = pace or Pace(0)
        self._marks = None if watchers.on_command is None else _Marks(watchers.on_command)
        self._replay_end = 0
        self._reader = frames.FrameReader()
        self._input: deque[bytes] = deque()
        self._input_bytes = 0
        self._input_came = asyncio.Event()
        # Only the newest of each waits: a window that is dragged tells many.
        self._resize: bytes | None = None
        self._shared: bytes | None = None
        self._telling: asyncio.Task[None] | None = None
        self._input_ack: bytes | None = None
        self._batch = bytearray()
        self._flush_at = 0.0
        self._is_answer_due = False
        # Output offsets: received from the holder, sent to the page, drawn by the page.
        self._received: int | None = None
        self._sent = 0
        self._acked = 0
        self._ack_came = asyncio.Event()

    def take(self, frame: frames.Input | frames.Resize | frames.Ack) -> None:
        """Take a frame of the page. Raise `frames.FrameError` when it is more than it may send."""
        if isinstance(frame, frames.Ack):
            if not self._acked <= frame.offset <= self._sent:
                raise frames.FrameError(f"ACK of {frame.offset}, sent are {self._sent}")
            self._acked = frame.offset
            self._ack_came.set()
            return
        if isinstance(frame, frames.Resize):
            self._windows.resize(self, (frame.columns, frame.rows) if frame.columns else None)
            return
        message = frames.with_length(frame.encode())
        self._input_bytes += len(message)
        if self._input_bytes > INPUT_BYTES:
            raise frames.FrameError(f"more than {INPUT_BYTES} bytes of input before any was accepted")
        self._input.append(message)
        self._input_came.set()
        self._is_answer_due = True

    def fit(self, terminal: Size) -> None:
        """Give the terminal this size: the windows on it agreed."""
        self._resize = frames.with_length(frames.Resize(*terminal).encode())
        self._input_came.set()

    def share(self, others: Size) -> None:
        """Tell the page the smallest of the other windows, whatever waits for the terminal meanwhile."""
        self._shared = frames.Shared(*others).encode()
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_shared())

    async def run(self, hello: frames.Hello) -> End:
        """Carry frames until one side ends. Raise `HolderError` for nonsense from the sandbox, `EngineError`s."""
        columns, rows = self._windows.join(self, (hello.columns, hello.rows))
        self._hello = replace(hello, context=CONTEXT_BYTES, columns=columns, rows=rows)
        pump = None
        try:
            await self._stream.write(frames.with_length(self._hello.encode()))
            pump = asyncio.create_task(self._pump_input())
            return await self._pump_output()
        except frames.FrameError as error:
            raise HolderError(str(error)) from error
        finally:
            self._windows.leave(self)
            for task in (pump, self._telling):
                if task is not None:
                    task.cancel()

    async def _pump_input(self) -> None:
        try:
            while True:
                if self._resize is not None:
                    resize, self._resize = self._resize, None
                    await self._stream.write(resize)
                while self._input:
                    message = self._input.popleft()
                    await self._stream.write(message)
                    self._input_bytes -= len(message)
                self._input_came.clear()
                if self._resize is None:
                    await self._input_came.wait()
        except EngineError:
            # The stream is lost: the output's side sees its end too, and says so.
            return

    async def _tell_shared(self) -> None:
        # A page that has gone says so itself.
        with contextlib.suppress(OSError):
            while self._shared is not None:
                shared, self._shared = self._shared, None
                await self._send(shared)

    async def _pump_output(self) -> End:
        loop = asyncio.get_running_loop()
        while True:
            data = await self._read()
            if data == b"":
                await self._flush()
                return End.LOST
            for message in self._reader.feed(data or b""):
                if await self._handle(frames.decode_holder(message), message):
                    return End.SHELL_ENDED
            # The first that comes after a key is its echo, as a rule, and somebody waits for that.
            if self._batch and (self._is_answer_due or loop.time() >= self._flush_at):
                await self._flush()
            if self._input_ack is not None:
                # After the echo, which someone waits for.
                message, self._input_ack = self._input_ack, None
                await self._send(message)

    async def _read(self) -> bytes | None:
        """Return what comes next; None when the batch has waited long enough."""
        if not self._batch:
            return await self._stream.read()
        try:
            async with asyncio.timeout_at(self._flush_at):
                return await self._stream.read()
        except TimeoutError:
            return None

    async def _handle(self, frame: frames.HolderFrame, message: bytes) -> bool:
        """Pass a frame on. Return whether it was the last one."""
        if isinstance(frame, frames.Welcome):
            await self._welcome(frame)
            return False
        if self._received is None:
            raise frames.FrameError("the holder did not begin with WELCOME")
        if isinstance(frame, frames.Output):
            await self._output(frame)
            return False
        if isinstance(frame, frames.InputAck):
            self._input_ack = message
            return False
        if isinstance(frame, frames.Exit):
            await self._flush()
        await self._send(message)
        return isinstance(frame, frames.Exit)

    async def _welcome(self, welcome: frames.Welcome) -> None:
        """Begin the replay. The context before the page's own offset is read for marks and not passed on."""
        if self._received is not None:
            raise frames.FrameError("a second WELCOME")
        self._received = welcome.offset
        if frames.Flags.RESET not in welcome.flags:
            if not 0 <= self._hello.offset - welcome.offset <= self._hello.context:
                raise frames.FrameError(f"a replay from {welcome.offset}, wanted was {self._hello.offset}")
            welcome = replace(welcome, offset=self._hello.offset)
        self._sent = self._acked = welcome.offset
        self._replay_end = welcome.end
        if self._marks is not None:
            self._marks.begin(welcome.boot.hex(), self._received)
        if self._watchers.past is not None and frames.Flags.RESET in welcome.flags and welcome.offset == 0:
            past = await self._watchers.past(welcome.boot.hex())
            if past is not None:
                await self._send(past.encode())
        await self._send(welcome.encode())

    async def _output(self, output: frames.Output) -> None:
        if output.offset != self._received:
            raise frames.FrameError(f"output at {output.offset}, expected at {self._received}")
        self._received += len(output.data)
        if self._marks is not None:
            await self._marks.feed(output.data)
        if self._watchers.on_output is not None and self._received > self._replay_end:
            await self._watchers.on_output()
        known = self._sent + len(self._batch) - output.offset
        self._batch += output.data[known:] if known > 0 else output.data
        if len(self._batch) >= BATCH_BYTES:
            await self._flush()

    async def _flush(self) -> None:
        """Send what is batched, then wait until the page has drawn enough of it, and as long as the pace asks for."""
        self._is_answer_due = False
        begin = self._sent
        while self._batch:
            piece = bytes(self._batch[: frames.MAX_DATA])
            del self._batch[: len(piece)]
            message = frames.Output(self._sent, piece).encode()
            self._sent += len(piece)
            await self._send(message)
        while self._sent - self._acked >= WINDOW_BYTES:
            self._ack_came.clear()
            await self._ack_came.wait()
        if pause := self._pace.pause_after(self._sent - begin, asyncio.get_running_loop().time()):
            await asyncio.sleep(pause)
        self._flush_at = asyncio.get_running_loop().time() + BATCH_SECONDS


class _Marks:
    """Turn marks into commands with times, as far as the times can be known."""

    def __init__(self, listener: CommandListener) -> None:
        self._listener = listener
        self._boot = ""
        self._parser: MarkParser
        self._began_at: datetime | None = None

    def begin(self, boot: str, offset: int) -> None:
        self._boot = boot
        self._parser = MarkParser(boot, offset)

    async def feed(self, data: bytes) -> None:
        for mark in self._parser.feed(data):
            now = datetime.now(UTC)
            if isinstance(mark, CommandBegan):
                self._began_at = now
            else:
                await self._listener(self._boot, mark, (self._began_at or now, now))
                self._began_at = None
