"""Somebody whose terminal prints without end, in a process of its own: `ADDRESS SANDBOX TERMINAL`, a cookie on stdin.

Types the line that is given behind the cookie, then reads until it is ended, and says so once it has begun.
"""

import asyncio
import sys

import uvloop

from tests.terminal_client import TerminalClient

# Beyond the echo of what was typed.
_BEGUN_BYTES = 1_000_000


async def _read(address: str, cookie: str, sandbox: str, terminal: str, line: str) -> None:
    async with TerminalClient(address, cookie, sandbox, terminal) as client:
        await client.type(f"{line}\n".encode())
        left = _BEGUN_BYTES
        while True:
            left -= len(await client.read())
            if left <= 0 < left + (1 << 20):
                print("begun", flush=True)
                left = -(1 << 40)
            await asyncio.sleep(0)


if __name__ == "__main__":
    cookie, line = sys.stdin.readline().strip(), sys.stdin.readline().strip()
    uvloop.run(_read(sys.argv[1], cookie, sys.argv[2], sys.argv[3], line))
