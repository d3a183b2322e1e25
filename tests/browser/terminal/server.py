"""A page with one terminal under a strict policy, on a shell of this host: what the browser's side is tried on."""

import asyncio
import contextlib
import mimetypes
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from slipway.terminal import frames
from slipway.terminal.access import CloseCode
from slipway.terminal.session import End, Session, Watchers
from slipway.terminal.windows import Windows

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
ATTACH = PROJECT / "sandboxes/toolset/terminal/attach.py"
POLICY = b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'"

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class HostStream:
    """An attach.py on this host in place of an exec in a machine."""

    errors = ""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def open(cls, folder: Path) -> "HostStream":
        """Start the attach for the terminal whose sockets lie in this folder."""
        argv = [sys.executable, "-I", "-S", str(ATTACH), "1", str(folder)]
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, env={"HOME": str(folder)}))

    async def read(self) -> bytes:
        """Return what came next, nothing at the end."""
        assert self._process.stdout is not None
        return await self._process.stdout.read(1 << 18)

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side does not take it."""
        assert self._process.stdin is not None
        self._process.stdin.write(data)
        await self._process.stdin.drain()

    async def close(self) -> None:
        """Go away as an exec does whose stream was closed."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


class Application:
    """The ASGI application. `cut()` closes every WebSocket, as a web process does that dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: set[asyncio.Task[None]] = set()
        self._windows = Windows()
        self.is_down = False
        self.is_machine_ready = True
        self.is_full = False
        self.past: frames.Past | None = None

    def cut(self) -> None:
        """Close all WebSockets at once."""
        for task in self._open:
            task.cancel()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket."""
        if scope["type"] == "http":
            await self._file(scope["path"], send)
        elif scope["type"] == "websocket":
            await self._terminal(receive, send)

    async def _file(self, path: str, send: Send) -> None:
        file = HERE / "page.html" if path == "/" else (PROJECT if path.startswith("/static") else HERE) / path[1:]
        status = 200 if file.is_file() else 404
        kind = (mimetypes.guess_type(file.name)[0] or "text/plain").encode()
        headers = [(b"content-type", kind), (b"content-security-policy", POLICY)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": file.read_bytes() if file.is_file() else b""})

    async def _terminal(self, receive: Receive, send: Send) -> None:
        await receive()
        if self.is_down:
            await send({"type": "websocket.close"})
            return
        await send({"type": "websocket.accept"})
        if not self.is_machine_ready or self.is_full:
            code, reason = (CloseCode.FULL, "full") if self.is_full else (CloseCode.NOT_READY, "preparing")
            await send({"type": "websocket.close", "code": code, "reason": reason})
            return
        hello = frames.decode_client((await receive()).get("bytes") or b"")
        assert isinstance(hello, frames.Hello)
        stream = await HostStream.open(self._folder)
        watchers = Watchers(past=self._find_past)
        session = Session(
            stream, lambda message: send({"type": "websocket.send", "bytes": message}), watchers, self._windows
        )
        task = asyncio.create_task(self._serve(session, hello, send))
        self._open.add(task)
        try:
            while (message := await receive())["type"] == "websocket.receive":
                frame = frames.decode_client(message["bytes"])
                assert not isinstance(frame, frames.Hello)
                session.take(frame)
        finally:
            task.cancel()
            self._open.discard(task)
            await stream.close()

    async def _find_past(self, _boot: str) -> frames.Past | None:
        return self.past

    async def _serve(self, session: Session, hello: frames.Hello, send: Send) -> None:
        try:
            ended = await session.run(hello) is End.SHELL_ENDED
        except asyncio.CancelledError:
            ended = False
        with contextlib.suppress(OSError):
            await send({"type": "websocket.close", "code": CloseCode.SHELL_ENDED if ended else CloseCode.LOST})
