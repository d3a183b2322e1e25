"""Listen in a machine as its proxy, and carry each connection to the host over standard input and output.

usage: relay.py HOST PORT       It decides nothing: the machine's root may change it, and the host believes nobody.
A connection that the host opens goes to a port of this machine, its first two bytes; CONNECTED says that it got there.
"""

import asyncio
import os
import sys

from slipway.egress.mux import MOST_DATA, Channel, Mux

CONNECTED = b"+"
# A server may listen on one of them alone.
LOOPBACKS = ("127.0.0.1", "::1")


class Standard:
    """Standard input and output as one stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls) -> "Standard":
        """Take them over."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
        return cls(reader, asyncio.StreamWriter(transport, protocol, None, loop))

    async def read(self) -> bytes:
        """Return what came next, nothing at the end."""
        return await self._reader.read(MOST_DATA * 4)

    async def write(self, data: bytes) -> None:
        """Send, and wait while it is not taken."""
        self._writer.write(data)
        await self._writer.drain()


async def carry(channel: Channel, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry both ways until both have ended, or one of them breaks off."""

    async def out() -> None:
        while data := await reader.read(MOST_DATA):
            await channel.write(data)
        await channel.finish()

    async def back() -> None:
        while data := await channel.read():
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    going = [asyncio.ensure_future(out()), asyncio.ensure_future(back())]
    try:
        await asyncio.gather(*going)
    except OSError:
        pass  # one of the two has gone: so does the other
    finally:
        for each in going:
            each.cancel()
        writer.close()
        await channel.close()


async def reach(channel: Channel) -> None:
    """Carry a connection of the host to a port of this machine; where nobody listens, just end it."""
    port = int.from_bytes(await channel.read(), "big")
    for host in LOOPBACKS:
        try:
            reader, writer = await asyncio.open_connection(host, port, limit=MOST_DATA)
        except OSError:
            continue
        await channel.write(CONNECTED)
        await carry(channel, reader, writer)
        return
    await channel.close()


async def main(host: str, port: str) -> None:
    """Serve until the host lets go."""
    mux = Mux(await Standard.open(), reach)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if mux.is_full:
            writer.write(b"HTTP/1.1 503 Too many connections\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            writer.close()
            return
        await carry(await mux.open(), reader, writer)

    server = await asyncio.start_server(serve, host, int(port), reuse_address=True)
    async with server:
        await mux.run()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
