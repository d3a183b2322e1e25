"""An engine that runs commands here instead of in machines: the part of Docker's API that an exec needs.

For pages that act on files, without an engine: the program that is sent in really runs, in a mount namespace of its own
in which a folder of the test is /root.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

PYTHON = "/opt/slipway/python"
# The system's own: another one may lie below the /root that is covered.
SYSTEM_PYTHON = "/usr/bin/python3"
PIECE_BYTES = 64 * 1024


class ExecEngine:
    """Serves one unix socket."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._commands: dict[str, list[str]] = {}
        self._statuses: dict[str, int | None] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; a started exec takes the connection over."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length:")[2].split()[0])
        body = await reader.readexactly(length)
        path = head.split()[1]
        if path.endswith("/start"):
            await self._run(path.split("/")[2], reader, writer)
        else:
            answer = json.dumps(self._answer(path, body)).encode()
            writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + answer)
            await writer.drain()
        writer.close()

    def _answer(self, path: str, body: bytes) -> dict[str, object]:
        if path.startswith("/containers/"):
            name = os.urandom(8).hex()
            self._commands[name] = json.loads(body)["Cmd"]
            self._statuses[name] = None
            return {"Id": name}
        return {"ExitCode": self._statuses[path.split("/")[2]]}

    async def _run(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 101 UPGRADED\r\n\r\n")
        command = [SYSTEM_PYTHON if word == PYTHON else word for word in self._commands[name]]
        inside = ["sh", "-c", 'mount --bind "$0" /root && exec "$@"', str(self._home), *command]
        process = await asyncio.create_subprocess_exec(
            "unshare", "-m", *inside, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdin
        assert process.stdout
        feeding = asyncio.create_task(_feed(reader, process.stdin))
        try:
            while piece := await process.stdout.read(PIECE_BYTES):
                writer.write(bytes((1, 0, 0, 0)) + len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
            self._statuses[name] = await process.wait()
        except OSError:
            # The web process has gone, as it does when a page breaks a download off.
            process.kill()
            await process.wait()
        finally:
            feeding.cancel()


async def _feed(reader: asyncio.StreamReader, stdin: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE_BYTES):
        stdin.write(piece)
        await stdin.drain()


async def main(socket: str, home: str) -> None:
    """Serve until somebody ends the process."""
    server = await asyncio.start_unix_server(ExecEngine(Path(home)).serve, socket, limit=1024 * 1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
