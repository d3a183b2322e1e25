"""A real holder and real sessions that go on one step at a time, with a program that the test plays."""

import array
import asyncio
import contextlib
import importlib
import os
import socket
import sys
from pathlib import Path
from typing import Any

from tests.inside.page import TOOLSET

sys.path.insert(0, str(TOOLSET))

holder: Any = importlib.import_module("holder")
client: Any = importlib.import_module("client")


class PlayedShell:
    """In place of a shell on a terminal: a pair of sockets, whose far end is the program's."""

    is_busy = False

    def __init__(self, boot: bytes, *, rescue: bool = False) -> None:
        near, self.far = socket.socketpair()
        near.setblocking(False)
        self.far.setblocking(False)
        self.terminal = near.detach()
        self.process, self._alive = os.pipe()
        self.size = (0, 0)

    @property
    def busy(self) -> bool:
        """Tell whether another program than the shell holds the terminal."""
        return self.is_busy

    def resize(self, columns: int, rows: int) -> None:
        """Keep the size."""
        self.size = (columns, rows)

    def close(self) -> None:
        """Let go of everything."""
        self.far.close()
        for descriptor in (self.terminal, self.process, self._alive):
            os.close(descriptor)


class _RoundEndedError(Exception):
    pass


class SteppedHolder(holder.Holder):
    """The holder, whose loop returns after each round."""

    def step(self) -> None:
        """Do one round with what is there."""
        with contextlib.suppress(_RoundEndedError):
            self.run()

    def _timeout(self) -> float:
        return 0.0

    def _act_on_time(self) -> None:
        super()._act_on_time()
        raise _RoundEndedError


class Machine:
    """One terminal of a machine, and how execs come to it."""

    def __init__(self, folder: Path) -> None:
        self._path = str(folder / "terminal-1")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self._path)
        listener.listen(16)
        self.holder = SteppedHolder(listener)
        self._listener = listener

    @property
    def shell(self) -> PlayedShell:
        """Return the shell that the test plays."""
        shell: PlayedShell = self.holder._shell
        return shell

    def attach(self) -> "PipeStream":
        """Join as attach.py does, and return what an exec of it is to the web process."""
        source, to_holder = os.pipe()
        from_holder, sink = os.pipe()
        link = socket.socket(socket.AF_UNIX)
        link.connect(self._path)
        link.sendmsg([b"0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [source, sink]))])
        self.holder.step()
        assert link.recv(1) == b"+"
        os.close(source)
        os.close(sink)
        return PipeStream(link, to_holder, from_holder)

    def close(self) -> None:
        """End the holder with all that it has open."""
        for joined in list(self.holder._clients):
            self.holder._drop(joined)
        self.shell.close()
        self.holder._selector.close()
        self._listener.close()
        Path(self._path).unlink()


class PipeStream:
    """An exec's streams as pipes that are asked again and again."""

    errors = ""

    def __init__(self, link: socket.socket, to_holder: int, from_holder: int) -> None:
        self._link, self._to, self._from = link, to_holder, from_holder
        os.set_blocking(to_holder, False)
        os.set_blocking(from_holder, False)
        self.moved = 0
        self._is_closed = False

    async def read(self) -> bytes:
        """Return what came next, nothing at the end."""
        while not self._is_closed:
            with contextlib.suppress(BlockingIOError):
                data = os.read(self._from, 64 * 1024)
                self.moved += len(data)
                return data
            await asyncio.sleep(0)
        return b""

    async def write(self, data: bytes) -> None:
        """Send all of it, and wait while the holder does not take it."""
        rest = memoryview(data)
        while rest and not self._is_closed:
            try:
                taken = os.write(self._to, rest)
            except BlockingIOError:
                await asyncio.sleep(0)
            except BrokenPipeError:
                return
            else:
                self.moved += taken
                rest = rest[taken:]

    async def close(self) -> None:
        """Let go of it."""
        if not self._is_closed:
            self._is_closed = True
            self._link.close()
            os.close(self._to)
            os.close(self._from)
