"""A page as the holder sees it: an attach.py with pipes, spoken to in frames."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from slipway.terminal import frames

TOOLSET = Path(__file__).parents[2] / "sandboxes/toolset/terminal"
WAIT_SECONDS = 10.0

F = TypeVar("F", bound=frames.HolderFrame)


class Page:
    """Join a terminal and keep what it says. Every wait has an end."""

    def __init__(self, folder: Path, name: str = "1", client: bytes = b"c" * 16, home: Path | None = None) -> None:
        environment = {**os.environ, "HOME": str(home or folder), "HISTFILE": str(folder / "history")}
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(TOOLSET / "attach.py"), name, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=environment,
        )
        self.client = client
        self.commands_ended = 0
        self.is_at_prompt = False
        self._output = bytearray()
        self._closed = False
        self.received: list[frames.HolderFrame] = []
        self.typed = 0
        self._reader = frames.FrameReader()

    @property
    def output(self) -> bytes:
        """Return all that was printed to this page."""
        return bytes(self._output)

    def hello(self, *, boot: bytes = frames.NO_BOOT, offset: int = 0, context: int = 0) -> frames.Welcome:
        """Say hello with a window of 80 by 24 and return the welcome."""
        self.send(frames.Hello(self.client, boot, offset, context, 80, 24))
        welcome = self.expect(frames.Welcome)
        self.typed = welcome.accepted
        return welcome

    def send(self, frame: frames.ClientFrame) -> None:
        """Send one frame."""
        self.send_raw(frames.with_length(frame.encode()))

    def send_raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        view = memoryview(data)
        while view:
            view = view[self.process.stdin.write(view) :]

    def type_text(self, text: str) -> None:
        """Type a text at the place where this page's input has got to."""
        data = text.encode()
        self.send(frames.Input(self.typed, data))
        self.typed += len(data)

    def expect(self, kind: type[F]) -> F:
        """Return the next frame of this kind that has come or comes."""
        self.until(lambda: any(isinstance(frame, kind) for frame in self.received), f"no {kind.__name__}")
        found = next(frame for frame in self.received if isinstance(frame, kind))
        self.received.remove(found)
        return found

    def see(self, text: str | bytes) -> None:
        """Wait until the output holds this text."""
        wanted = text.encode() if isinstance(text, str) else text
        self.until(lambda: wanted in self._output, f"{wanted!r} was not printed")

    def run(self, command: str) -> None:
        """Type a command line and wait until the prompt after it."""
        ended = self.commands_ended
        self.type_text(command + "\n")
        self.until(lambda: self.commands_ended > ended and self.is_at_prompt, f"no end of {command!r}")

    def see_end(self) -> None:
        """Wait until the holder has let go of this page."""
        self.until(lambda: self._closed, "the holder did not let go")

    def until(self, holds: Callable[[], bool], otherwise: str) -> None:
        """Read until something holds, and fail with a reason when it does not in time."""
        end = time.monotonic() + WAIT_SECONDS
        while not holds():
            left = end - time.monotonic()
            assert left > 0, f"{otherwise}; the output ends with {self._output[-500:]!r}"
            self.read(min(left, 0.2))

    def read(self, seconds: float) -> None:
        """Take what comes within this time."""
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            return
        data = os.read(self.process.stdout.fileno(), 1 << 20)
        if not data:
            self._closed = True
            time.sleep(0.01)
        for message in self._reader.feed(data):
            frame = frames.decode_holder(message)
            self.received.append(frame)
            if isinstance(frame, frames.Output):
                self._print(frame.data)

    def _print(self, data: bytes) -> None:
        fresh = bytes(self._output[-7:]) + data
        self._output += data
        self.commands_ended += fresh.count(b"\x1b]133;D;")
        if b"\x1b]133;" in fresh:
            self.is_at_prompt = b"\x1b]133;A" in fresh.rpartition(b"\x1b]133;D;")[2]

    def close(self) -> None:
        """Go away as an exec does whose stream was closed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(WAIT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
