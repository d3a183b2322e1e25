"""A learner's browser that takes more of the web process than its share."""

import asyncio
import contextlib
import time
from dataclasses import dataclass

from websockets.exceptions import ConnectionClosed

from tests.load.neighbours import PROMPT
from tests.terminal_client import TerminalClient

STREAM_SECONDS = 8.0
CONNECTIONS = 300
PASTE_BYTES = 2_000_000_000
PIECE_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Browser:
    """Whose terminals are opened. Each offence returns what its learner reads; nothing if nothing was said."""

    address: str
    cookie: str
    sandbox_id: object

    async def stream(self) -> str:
        """Print without end, read all of it, and end it by Ctrl-C."""
        async with self._terminal() as page:
            await page.read_until(PROMPT)
            await page.type(b"yes\r")
            end = time.monotonic() + STREAM_SECONDS
            while time.monotonic() < end:
                await page.read()
            await page.type(b"\x03")
            return (await page.read_until(b"^C")).decode(errors="replace")[-100:]

    async def flood(self) -> str:
        """Open far more terminals than a person needs, and keep them."""
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(CONNECTIONS):
                try:
                    await stack.enter_async_context(self._terminal())
                except ConnectionClosed as closed:
                    return _reason(closed)
        return ""

    async def paste(self) -> str:
        """Paste 2 GB into a program that reads none of it, for as long as the server takes anything."""
        async with self._terminal() as page:
            await page.read_until(PROMPT)
            await page.type(b"sleep 30\r")
            sent = 0
            try:
                async with asyncio.timeout(STREAM_SECONDS):
                    while sent < PASTE_BYTES:
                        await page.type(b"x" * PIECE_BYTES)
                        sent += PIECE_BYTES
            except ConnectionClosed as closed:
                return _reason(closed)
            except TimeoutError:
                return f"held back after {sent / 1e6:.1f} MB"
        return ""

    def _terminal(self) -> TerminalClient:
        return TerminalClient(self.address, self.cookie, self.sandbox_id)


def _reason(closed: ConnectionClosed) -> str:
    return closed.rcvd.reason if closed.rcvd else ""
