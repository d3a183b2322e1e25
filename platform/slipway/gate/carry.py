"""Carry a local connection through TLS: pieces behind their length, so that each direction may end by itself.

TLS as Python has it ends both directions at once. A piece of length 0 says that no more comes; a connection that ends
without one broke off, which the local side sees as a reset and not as an end. Buffers are bounded: nothing is read that
the other side does not take.
"""

import asyncio
import contextlib
import logging
import socket
import struct

PIECE_BYTES = 64 * 1024
_LENGTH = struct.Struct("!I")
# A host that went away is noticed after so many seconds without a sign of life.
_IDLE_SECONDS, _PROBE_SECONDS, _PROBES = 10, 5, 2
_SILENT_MILLISECONDS = 20_000

log = logging.getLogger("slipway.gate")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class BrokenOffError(ConnectionError):
    """The other gate went away in the middle, or sent what is no piece."""


def watch_over(writer: asyncio.StreamWriter) -> None:
    """Have the kernel notice when the other host goes away without a word."""
    connection: socket.socket | None = writer.get_extra_info("socket")
    if connection is None:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _IDLE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _PROBE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _PROBES)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENT_MILLISECONDS)


async def carry(local: Streams, far: Streams) -> None:
    """Carry both directions until both have ended, or one broke off; both connections are closed then."""
    is_whole = False
    try:
        async with asyncio.TaskGroup() as directions:
            directions.create_task(_out(local[0], far[1]))
            directions.create_task(_in(far[0], local[1]))
        is_whole = True
    except* OSError as broken:
        log.debug("broke off: %s", broken.exceptions)
    finally:
        if not is_whole:
            # What waits to be sent belongs to nobody any more.
            local[1].transport.abort()
            far[1].transport.abort()
    await close(local[1])
    await close(far[1])


async def _out(local: asyncio.StreamReader, far: asyncio.StreamWriter) -> None:
    while data := await local.read(PIECE_BYTES):
        far.write(_LENGTH.pack(len(data)) + data)
        await far.drain()
    far.write(_LENGTH.pack(0))
    await far.drain()


async def _in(far: asyncio.StreamReader, local: asyncio.StreamWriter) -> None:
    try:
        while size := _LENGTH.unpack(await far.readexactly(_LENGTH.size))[0]:
            if size > PIECE_BYTES:
                raise BrokenOffError(f"A piece of {size} bytes: the other side is no gate.")
            local.write(await far.readexactly(size))
            await local.drain()
    except asyncio.IncompleteReadError as error:
        raise BrokenOffError("The other gate went away.") from error
    local.write_eof()


async def close(writer: asyncio.StreamWriter) -> None:
    """Close a connection; gone already, or a goodbye that never comes, counts as done."""
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(5):
            await writer.wait_closed()
    writer.transport.abort()
