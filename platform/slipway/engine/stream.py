"""A command in a machine, as a stream: asyncio straight on the engine's socket.

The SDK blocks a thread per stream and its exec socket loses early bytes (docker-py #425, #3332). The API: Docker Engine
v1.45, "ContainerExec" and "ExecStart"; without a TTY both outputs come in one stream, in pieces behind a header of 8
bytes: the stream's number, three zeros, the length. Buffers are bounded: reading stops when the caller does not read,
and `write` waits until the engine takes the bytes.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

from slipway.engine.port import EngineError, EngineUnreachableError, MachineMissingError

CONNECT_SECONDS = 10.0
# A machine stands still for a second or a few while it is copied. Who comes then waits.
PAUSED_SECONDS = 10.0
POLL_SECONDS = 0.05
READ_BYTES = 256 * 1024
BUFFER_BYTES = 128 * 1024
MAX_ANSWER_BYTES = 256 * 1024
ERROR_BYTES = 4096

_HEADER_BYTES = 8
_STDOUT, _STDERR = 1, 2


class Demultiplexer:
    """Take the two outputs apart. Pure; it holds less than one header, and of the second output the last 4 KiB."""

    def __init__(self) -> None:
        self.errors = b""
        self._header = b""
        self._stream = 0
        self._left = 0

    def feed(self, data: bytes) -> bytes:
        """Return what of `data` is standard output. Raise `EngineError` when this is no such stream."""
        output = []
        at = 0
        while at < len(data):
            if self._left:
                piece = data[at : at + self._left]
                at += len(piece)
                self._left -= len(piece)
                if self._stream == _STDOUT:
                    output.append(piece)
                else:
                    self.errors = (self.errors + piece)[-ERROR_BYTES:]
                continue
            missing = _HEADER_BYTES - len(self._header)
            self._header += data[at : at + missing]
            at += missing
            if len(self._header) == _HEADER_BYTES:
                self._begin(self._header)
                self._header = b""
        return output[0] if len(output) == 1 else b"".join(output)

    def _begin(self, header: bytes) -> None:
        self._stream, self._left = header[0], int.from_bytes(header[4:], "big")
        if self._stream not in (_STDOUT, _STDERR) or any(header[1:4]):
            raise EngineError(
                f"The engine's stream has a piece that begins with {header!r}, which is not Docker's form."
            )


class ExecStream:
    """A running command: what it prints, and what it is told. Close it in any case; that ends its standard input."""

    def __init__(
        self, socket: str | Path, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._socket = socket
        self._name = name
        self._reader = reader
        self._writer = writer
        self._demultiplexer = Demultiplexer()

    @classmethod
    async def open(cls, socket: str | Path, machine: str, argv: Sequence[str]) -> Self:
        """Start a command as the machine's root; in a paused machine wait a while for it to go on.

        Raise `MachineMissingError` when no such machine runs, `EngineUnreachableError` when nobody answers on the
        socket, `EngineError` for anything else that the engine says.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PAUSED_SECONDS
        while True:
            try:
                return await cls._open(socket, machine, argv)
            except MachineMissingError:
                if loop.time() > deadline or not await _goes_on(socket, machine):
                    raise
            await asyncio.sleep(POLL_SECONDS)

    @classmethod
    async def _open(cls, socket: str | Path, machine: str, argv: Sequence[str]) -> Self:
        wanted = {
            "AttachStdin": True,
            "AttachStdout": True,
            "AttachStderr": True,
            "Cmd": list(argv),
            # Without this the engine holds back a Ctrl-P, waiting for the Ctrl-Q that would detach.
            "DetachKeys": "",
        }
        created = await _ask(socket, "POST", f"/containers/{machine}/exec", wanted)
        name = str(created["Id"])
        async with _answering(socket):
            reader, writer = await asyncio.open_unix_connection(socket, limit=BUFFER_BYTES)
            try:
                await _start(reader, writer, name)
            except BaseException:
                writer.close()
                raise
        return cls(socket, name, reader, writer)

    @property
    def errors(self) -> str:
        """Return the end of what the command wrote to its standard error."""
        return self._demultiplexer.errors.decode(errors="replace").strip()

    async def read(self) -> bytes:
        """Return what the command printed next, at once when something has come; nothing at the end."""
        while True:
            try:
                data = await self._reader.read(READ_BYTES)
            except OSError as error:
                raise _unreachable(self._socket) from error
            if not data:
                return b""
            output = self._demultiplexer.feed(data)
            if output:
                return output

    async def write(self, data: bytes) -> None:
        """Give the command input, and wait as long as the engine holds more than its share of it."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise _unreachable(self._socket) from error

    async def exit_status(self) -> int | None:
        """Return the status with which the command ended, or None while it runs."""
        status = (await _ask(self._socket, "GET", f"/exec/{self._name}/json", None))["ExitCode"]
        return None if status is None else int(status)

    async def close(self) -> None:
        """End the stream. The command sees the end of its input; what it never took is dropped."""
        transport = self._writer.transport
        if transport.get_write_buffer_size():
            # A holder that does not read would keep us waiting for a flush that never comes.
            transport.abort()
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            # Gone already: that is what was wanted.
            return


async def _goes_on(socket: str | Path, machine: str) -> bool:
    """Tell whether a machine that took no command is paused, or was a moment ago."""
    state = (await _ask(socket, "GET", f"/containers/{machine}/json", None))["State"]
    return state["Status"] in ("running", "paused")


async def _start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> None:
    headers = ("Connection: Upgrade", "Upgrade: tcp")
    writer.write(_request("POST", f"/exec/{name}/start", {"Detach": False, "Tty": False}, headers))
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    status = _status(head)
    if status != HTTPStatus.SWITCHING_PROTOCOLS:
        raise _refusal(status, await reader.read(MAX_ANSWER_BYTES))


async def _ask(socket: str | Path, method: str, path: str, body: dict[str, object] | None) -> dict[str, Any]:
    """Return the engine's answer. HTTP 1.0, so that it comes in one piece and the connection ends with it."""
    async with _answering(socket):
        reader, writer = await asyncio.open_unix_connection(socket, limit=MAX_ANSWER_BYTES)
        try:
            writer.write(_request(method, path, body, (), version="1.0"))
            answer = await reader.read(MAX_ANSWER_BYTES)
            while answer and (more := await reader.read(MAX_ANSWER_BYTES)):
                answer += more
                if len(answer) > MAX_ANSWER_BYTES:
                    raise EngineError(f"The engine's answer to {method} {path} has more than {MAX_ANSWER_BYTES} bytes.")
        finally:
            writer.close()
    if not answer:
        raise _unreachable(socket)
    head, _, content = answer.partition(b"\r\n\r\n")
    status = _status(head)
    if status >= HTTPStatus.BAD_REQUEST:
        raise _refusal(status, content)
    found: dict[str, Any] = json.loads(content)
    return found


def _request(
    method: str, path: str, body: dict[str, object] | None, headers: Sequence[str], version: str = "1.1"
) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/{version}", "Host: engine", "Content-Type: application/json"]
    return "\r\n".join([*lines, f"Content-Length: {len(content)}", *headers, "", ""]).encode() + content


def _status(head: bytes) -> int:
    try:
        return int(head.split(b" ", 2)[1])
    except (IndexError, ValueError) as error:
        raise EngineError(f"What answers on the engine's socket is no Docker Engine: {head[:80]!r}") from error


def _refusal(status: int, content: bytes) -> EngineError:
    """Return the error for an answer of the engine that is one."""
    try:
        message = str(json.loads(content[content.find(b"{") : content.rfind(b"}") + 1])["message"])
    except (ValueError, KeyError, TypeError):
        message = content[:200].decode(errors="replace").strip()
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
        return MachineMissingError(f"The machine does not run: {message}")
    return EngineError(f"The engine answered {status}: {message}")


def _unreachable(socket: str | Path) -> EngineUnreachableError:
    return EngineUnreachableError(f"The engine does not answer on {socket}. Look with `./slipway status`.")


@asynccontextmanager
async def _answering(socket: str | Path) -> AsyncIterator[None]:
    """Turn what a silent or dying engine raises into `EngineUnreachableError`, within a time limit."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            yield
    except (OSError, asyncio.IncompleteReadError) as error:
        raise _unreachable(socket) from error
