"""A web server as a learner may write one: a page with cookies, a WebSocket, events, and an answer that breaks off.

Runs in the machine, on the standard library alone: `preview_server.py PORT`.
"""

import asyncio
import base64
import hashlib
import sys

# The page says what came of each thing; the server puts in the cookies that it got.
PAGE = """<!doctype html><title>Mine</title><h1>Made by a learner</h1><p id="sent">%s</p><p id="cookies"></p>
<p id="socket"></p>
<p id="events"></p><script>
document.cookie = "sessionid=stolen; path=/; domain=localhost";
document.cookie = "seen=1; path=/; secure; samesite=none; partitioned";
const show = (id, text) => { document.getElementById(id).textContent = text; };
show("cookies", document.cookie);
const socket = new WebSocket(location.href.replace("http", "ws") + "socket");
socket.onopen = () => socket.send("over a WebSocket");
socket.onmessage = ({ data }) => show("socket", "heard " + data);
new EventSource("/events").onmessage = ({ data }) => show("events", "event " + data);
</script>"""
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    path = head.split(" ")[1]
    lines = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if path == "/socket":
        await echo(
            reader, writer, next(line for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key"))
        )
    elif path == "/events":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n")
        await reader.read()
    elif path == "/cut":
        writer.write(f"{HEAD}Content-Length: 1000\r\n\r\nonly this".encode())
    else:
        body = PAGE % lines.get("cookie", "none")
        forbids = "X-Frame-Options: DENY\r\nSet-Cookie: kept=1; Domain=localhost; Path=/\r\n"
        writer.write(f"{HEAD}{forbids}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    await writer.drain()
    writer.close()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str) -> None:
    """Take a WebSocket, and say one short text again (RFC 6455)."""
    accept = hashlib.sha1(key.split(": ")[1].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()  # noqa: S324
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
    writer.write(b"Sec-WebSocket-Accept: " + base64.b64encode(accept) + b"\r\n\r\n")
    length = (await reader.readexactly(2))[1] & 127
    mask = await reader.readexactly(4)
    data = bytes(byte ^ mask[at % 4] for at, byte in enumerate(await reader.readexactly(length)))
    writer.write(bytes([0x81, length]) + data)
    await reader.read()


async def main() -> None:
    """Serve for ever."""
    async with await asyncio.start_server(answer, "0.0.0.0", int(sys.argv[1])) as server:  # noqa: S104
        await server.serve_forever()


asyncio.run(main())
