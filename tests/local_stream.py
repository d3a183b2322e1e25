"""What runs in a machine, run on this host instead, behind the interface of an exec's stream."""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from typing import Self


class LocalStream:
    """A process whose input and output are the stream."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def open(cls, _socket: str, _machine: str, argv: Sequence[str]) -> Self:
        """Start a program that was meant for a machine's Python on this one."""
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(sys.executable, *argv[1:], stdin=pipe, stdout=pipe))

    async def read(self) -> bytes:
        """Return what it printed next; nothing at the end."""
        assert self.process.stdout is not None
        return await self.process.stdout.read(256 * 1024)

    async def write(self, data: bytes) -> None:
        """Give it input."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        await self.process.stdin.drain()

    async def close(self) -> None:
        """End its input, and wait for its end, which follows; who is no longer waited for ends at once."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            await self.process.wait()
        except asyncio.CancelledError:
            # A loop that is closed before it has heard of the end never does.
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
            raise
        finally:
            # Nothing else closes a pipe that was not read to its end.
            self.process._transport.close()  # type: ignore[attr-defined]
