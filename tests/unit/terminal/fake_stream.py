"""An exec that a test plays."""

import asyncio

from slipway.terminal import frames


class FakeStream:
    """An exec to a holder, from the holder's side."""

    def __init__(self) -> None:
        self.written = b""
        self.errors = ""
        self.is_closed = False
        self.taken = asyncio.Event()
        self.taken.set()
        self._coming: asyncio.Queue[bytes] = asyncio.Queue(1)

    async def read(self) -> bytes:
        """Return what the test sent last."""
        return await self._coming.get()

    async def write(self, data: bytes) -> None:
        """Keep it, once the test lets it be taken."""
        await self.taken.wait()
        self.written += data

    async def send(self, *sent: frames.HolderFrame) -> None:
        """Send frames, and wait while the session does not read them."""
        await self.send_raw(b"".join(frames.with_length(frame.encode()) for frame in sent))

    async def send_raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        await self._coming.put(data)

    async def end(self) -> None:
        """End the stream."""
        await self._coming.put(b"")

    async def close(self) -> None:
        """Note that it was let go of."""
        self.is_closed = True
