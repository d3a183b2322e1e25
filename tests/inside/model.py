"""What the terminal's protocol promises, as a model that a real page, session and holder are compared with."""

import asyncio
import contextlib
import random

from slipway.terminal import frames
from slipway.terminal.session import Session, Watchers
from slipway.terminal.windows import UNBOUNDED, Size, Windows
from tests.inside.stepping import Machine, PipeStream

# As static/js/terminal/flow.js and frames.js have them.
PAGE_WINDOW, PAGE_PIECE = 128 * 1024, 32 * 1024
_PERIOD = 65_521
_NOISE = random.Random(1).randbytes(_PERIOD)


def printed(offset: int, length: int) -> bytes:
    """Return what the program prints from an offset on: a prime number of random bytes, over and over."""
    at = offset % _PERIOD
    return (_NOISE[at:] + _NOISE * (length // _PERIOD + 1))[:length]


def typed(number: int, offset: int, length: int) -> bytes:
    """Return what one of four pages types: the upper two bits say who, the others count."""
    return bytes(number << 6 | at % 61 for at in range(offset, offset + length))


class ModelPage:
    """A page that keeps what it typed until it is accepted, and checks every byte that it is shown."""

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop) -> None:
        self.number = number
        self._loop = loop
        self.client = bytes([number]) * 16
        self.typed = self.accepted = self.sent = 0
        self.boot, self.at, self.drawn = frames.NO_BOOT, 0, 0
        self.others: Size = UNBOUNDED
        self.size: Size | None = (80, 24)
        self.session: Session | None = None
        self.stream: PipeStream | None = None
        self.is_welcome = False
        self._hello: frames.Hello
        self._task: asyncio.Task[None]

    def connect(self, machine: Machine, windows: Windows, hello: frames.Hello) -> None:
        """Open a terminal with this HELLO."""
        self._hello, self.size, self.others = hello, (hello.columns, hello.rows), UNBOUNDED
        self.is_welcome = False
        self.stream = machine.attach()
        self.session = Session(self.stream, self._take, Watchers(), windows)
        self._task = self._loop.create_task(self._run(self.session, self.stream))

    async def _run(self, session: Session, stream: PipeStream) -> None:
        try:
            await session.run(self._hello)
        finally:
            await stream.close()

    def say(self, frame: frames.Input | frames.Resize | frames.Ack) -> None:
        """Send a frame. Raise `frames.FrameError` when it is refused."""

        async def take() -> None:
            assert self.session is not None
            self.session.take(frame)

        self._loop.run_until_complete(take())

    async def cut(self) -> None:
        """Lose the connection."""
        if self.session is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self.session = None

    async def _take(self, message: bytes) -> None:
        if message[0] == frames.Opcode.SHARED:
            self.others = frames.Shared.layout.unpack(message[1:])
            return
        frame = frames.decode_holder(message)
        if isinstance(frame, frames.Welcome):
            self._welcome(frame)
        elif isinstance(frame, frames.Output):
            assert frame.offset == self.at, "a gap or a repetition"
            assert frame.data == printed(self.at, len(frame.data)), "other bytes than were printed"
            self.at += len(frame.data)
        elif isinstance(frame, frames.InputAck):
            assert self.accepted <= frame.offset <= self.typed
            self.accepted = frame.offset
        elif isinstance(frame, frames.Resync):
            self.accepted = self.sent = frame.offset

    def _welcome(self, welcome: frames.Welcome) -> None:
        if frames.Flags.RESET in welcome.flags:
            assert (welcome.boot, welcome.offset) != (self._hello.boot, self._hello.offset)
        else:
            assert (welcome.boot, welcome.offset) == (self._hello.boot, self._hello.offset)
        assert self.accepted <= welcome.accepted <= self.typed, "accepted is never taken back"
        self.boot, self.at, self.drawn = welcome.boot, welcome.offset, welcome.offset
        self.accepted = self.sent = welcome.accepted
        self.is_welcome = True

    def pump(self) -> bool:
        """Send what may be on its way. Return whether there was any."""
        assert self.session is not None
        room = min(self.typed - self.sent, PAGE_WINDOW - (self.sent - self.accepted), PAGE_PIECE)
        if not self.is_welcome or room <= 0:
            return False
        self.say(frames.Input(self.sent, typed(self.number, self.sent, room)))
        self.sent += room
        return True

    def draw(self, share: float) -> None:
        """Acknowledge a share of what is shown and not acknowledged."""
        if self.session is not None and self.is_welcome:
            self.drawn += int((self.at - self.drawn) * share)
            self.say(frames.Ack(self.drawn))
