"""A gate at work: it listens for known gates and for programs of this host, and brings both together."""

import asyncio
import contextlib
import logging
import socket
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from slipway.gate import carry, identity, tls
from slipway.gate.address import GateAddress
from slipway.gate.carry import Streams
from slipway.gate.folder import Folder, Peer

LOOK_SECONDS = 0.5
# Terminals of one engine, with its worker's connections: what comes beyond is refused.
MOST_CONNECTIONS = 1024
# After a certificate was replaced, what is open with the old one may come to its end.
REPLACED_SECONDS = 60.0

log = logging.getLogger("slipway.gate")
Answer = Callable[[Streams, Peer | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Local:
    """A socket of this host: of a path, or of a TCP address."""

    path: Path | None = None
    tcp: GateAddress | None = None

    async def connect(self) -> Streams:
        """Return a connection to it."""
        if self.path is not None:
            return await asyncio.open_unix_connection(self.path, limit=carry.PIECE_BYTES)
        if self.tcp is None:
            raise ConnectionRefusedError
        return await asyncio.open_connection(self.tcp.host, self.tcp.port, limit=carry.PIECE_BYTES)


@dataclass(frozen=True, slots=True)
class Door:
    """A path of this host that leads to a service of another gate."""

    path: Path
    peer: str
    service: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a gate is for. `offered` leads known gates to sockets here, `answers` are its own; `doors` lead out."""

    offered: Mapping[str, Local]
    answers: Mapping[str, Answer]
    doors: Callable[[Mapping[str, Peer]], list[Door]]


@dataclass(eq=False)
class _Open:
    """A connection that is open, and as whom."""

    peer: str
    fingerprint: str
    task: "asyncio.Task[None] | None"
    replaced_at: float | None = None


@dataclass
class Gate:
    """Everything that is open; `run` keeps it as the folder says."""

    folder: Folder
    plan: Plan
    _peers: dict[str, Peer] = field(default_factory=dict)
    _open: set[_Open] = field(default_factory=set)
    _doors: dict[Path, asyncio.Server] = field(default_factory=dict)
    _listening: socket.socket | None = None
    _server: asyncio.Server | None = None

    async def run(self) -> None:
        """Listen until the end, and follow the folder: who is forgotten there is cut off here."""
        seen: object = None
        try:
            while True:
                # An invitation ends by time alone.
                now = (self.folder.version(), self.folder.is_inviting())
                if now != seen:
                    await self._follow()
                    seen = now
                self._cut()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._end()

    async def _end(self) -> None:
        for server in (self._server, *self._doors.values()):
            if server is not None:
                server.close()
        if self._listening is not None:
            self._listening.close()
        tasks = [each.task for each in self._open if each.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self) -> None:
        self._peers = self.folder.peers()
        context = self._context()
        if self._listening is None:
            self._listening = _listen(self.folder.address())
        if self._server is not None:
            self._server.close()  # what it accepted stays
        self._server = await asyncio.start_server(
            self._accept, sock=self._listening.dup(), limit=carry.PIECE_BYTES, ssl=context,
            ssl_handshake_timeout=tls.HANDSHAKE_SECONDS, ssl_shutdown_timeout=tls.HANDSHAKE_SECONDS,
        )  # fmt: skip
        wanted = {door.path: door for door in self.plan.doors(self._peers)}
        for path in set(self._doors) - set(wanted):
            self._doors.pop(path).close()
            path.unlink(missing_ok=True)
        for path in set(wanted) - set(self._doors):
            lead = self._leading_through(wanted[path])
            self._doors[path] = await asyncio.start_unix_server(lead, _free(path), limit=carry.PIECE_BYTES)

    def _context(self) -> ssl.SSLContext:
        known = [certificate for peer in self._peers.values() for certificate in peer.certificates]
        answers = [name for name in self.plan.answers if name != tls.JOIN]
        joinable = tls.JOIN in self.plan.answers and self.folder.is_inviting()
        return tls.serving(
            self.folder.identity, known=known, services=[*self.plan.offered, *answers], lets_strangers_join=joinable
        )

    def _who(self, fingerprint: str) -> Peer | None:
        return next(
            (peer for peer in self._peers.values() if fingerprint in map(identity.fingerprint, peer.certificates)), None
        )

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection whose handshake has ended well."""
        fingerprint, service = tls.shown(writer.get_extra_info("ssl_object"))
        peer = self._who(fingerprint) if fingerprint else None
        is_stranger = peer is None
        try:
            if is_stranger != (service == tls.JOIN):
                return
            carry.watch_over(writer)
            if answer := self.plan.answers.get(service):
                await answer((reader, writer), peer)
                await carry.close(writer)
            elif peer is not None and (local := self.plan.offered.get(service)):
                with self._noted(peer.name, fingerprint) as noted:
                    if noted:
                        await carry.carry(await local.connect(), (reader, writer))
        except OSError as error:
            log.info("connection of %s to %s ended: %s", peer.name if peer else "a stranger", service, error)
        except asyncio.CancelledError:
            log.info("connection of %s to %s is cut off", peer.name if peer else "a stranger", service)
        finally:
            writer.transport.abort()

    def _leading_through(self, door: Door) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = self._peers.get(door.peer)
            try:
                if peer is not None:
                    with self._noted(peer.name, "") as noted:
                        if noted:
                            streams, noted.fingerprint = await self._call(peer, door.service)
                            await carry.carry((reader, writer), streams)
            except OSError as error:
                log.info("no way to %s of %s: %s", door.service, door.peer, error)
            except asyncio.CancelledError:
                log.info("connection to %s of %s is cut off", door.service, door.peer)
            finally:
                writer.transport.abort()

        return lead

    async def _call(self, peer: Peer, service: str) -> tuple[Streams, str]:
        """Return a connection to another gate, and the fingerprint of the certificate that it showed."""
        context = tls.calling(self.folder.identity, known=peer.certificates, service=service)
        try:
            async with asyncio.timeout(tls.HANDSHAKE_SECONDS):
                streams = await asyncio.open_connection(
                    peer.address.host, peer.address.port, ssl=context, limit=carry.PIECE_BYTES
                )
        except TimeoutError as error:
            raise ConnectionRefusedError("no answer in time") from error
        carry.watch_over(streams[1])
        fingerprint, agreed = tls.shown(streams[1].get_extra_info("ssl_object"))
        if agreed != service or fingerprint not in map(identity.fingerprint, peer.certificates):
            streams[1].transport.abort()
            raise ConnectionRefusedError("it does not offer this")
        return streams, fingerprint

    @contextlib.contextmanager
    def _noted(self, peer: str, fingerprint: str) -> Iterator[_Open | None]:
        """Note a connection while it lasts; give what was noted, or None where there was no room for it."""
        each = _Open(peer, fingerprint, asyncio.current_task())
        if Counter(other.peer for other in self._open)[peer] >= MOST_CONNECTIONS:
            log.warning("%s has %d connections: one more is refused", peer, MOST_CONNECTIONS)
            yield None
            return
        self._open.add(each)
        try:
            yield each
        finally:
            self._open.discard(each)

    def _cut(self) -> None:
        """End what was opened by those who are forgotten at once, and after a while what came by a replaced one."""
        for each in list(self._open):
            peer = self._peers.get(each.peer)
            if peer is not None and (not each.fingerprint or self._who(each.fingerprint) == peer):
                continue
            each.replaced_at = each.replaced_at or time.monotonic()
            if each.task and (peer is None or time.monotonic() - each.replaced_at > REPLACED_SECONDS):
                each.task.cancel()


def _listen(address: GateAddress | None) -> socket.socket:
    if address is None:
        raise SystemExit("This gate was not told where to listen. Type ./slipway engine add, or ./slipway join.")
    family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
    try:
        listening = socket.create_server((address.host, address.port), family=family, backlog=128)
    except OSError as error:
        raise SystemExit(f"Cannot listen on {address}: {error.strerror}. Is it an address of this host?") from error
    listening.setblocking(False)
    return listening


def _free(path: Path) -> Path:
    """Return a path at which nothing is left of an earlier gate."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return path
