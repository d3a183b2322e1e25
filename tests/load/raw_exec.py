"""The floor of terminals: an exec with a TTY on the engine's socket, with nothing of Slipway in between."""

import asyncio
import json
from collections.abc import Sequence
from typing import Self


class RawExec:
    """A shell with a TTY, as near to the engine as a program can get."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, socket: str, machine: str, argv: Sequence[str]) -> Self:
        """Create and start the exec (Docker Engine API v1.45, ContainerExec and ExecStart)."""
        wanted = {
            "AttachStdin": True,
            "AttachStdout": True,
            "AttachStderr": True,
            "Tty": True,
            "DetachKeys": "",
            "Env": ["TERM=xterm-256color"],
            "Cmd": list(argv),
        }
        reader, writer = await asyncio.open_unix_connection(socket)
        _post(writer, f"/containers/{machine}/exec", wanted)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split()[0])
        name = json.loads(await reader.readexactly(length))["Id"]
        writer.close()
        reader, writer = await asyncio.open_unix_connection(socket, limit=1024 * 1024)
        _post(writer, f"/exec/{name}/start", {"Detach": False, "Tty": True}, upgrade=True)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(f"the engine did not start the exec: {head!r}")
        return cls(reader, writer)

    async def read_until(self, end: bytes) -> bytes:
        """Return everything up to and with `end`."""
        seen = bytearray()
        while end not in seen:
            piece = await self.reader.read(65536)
            if not piece:
                raise RuntimeError(f"the exec ended before {end!r}: {bytes(seen[-300:])!r}")
            seen += piece
        return bytes(seen)

    async def close(self) -> None:
        """End the exec's input; its shell ends with it."""
        self.writer.close()
        await self.writer.wait_closed()


def _post(writer: asyncio.StreamWriter, path: str, body: dict[str, object], *, upgrade: bool = False) -> None:
    data = json.dumps(body).encode()
    extra = "Connection: Upgrade\r\nUpgrade: tcp\r\n" if upgrade else ""
    writer.write(
        f"POST /v1.43{path} HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n{extra}\r\n".encode()
        + data
    )
