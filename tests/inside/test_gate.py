"""Two gates on the loopback address: who gets through, to what, and that every byte does, in both directions."""

import asyncio
import contextlib
import hashlib
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from slipway.gate import asking, folder, identity, places, plans, server, tls, token
from slipway.gate.address import GateAddress
from slipway.gate.folder import SITE, Folder, Peer
from slipway.gate.server import Gate
from tests.instance import free_port

Lead = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Two:
    """A site and a host that joined it, each with its gate, and an engine that answers as the test says."""

    site: Path
    host: Path
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def start(self) -> None:
        """Have both gates listen."""
        for home, plan in ((self.site, plans.of_site), (self.host, plans.of_host)):
            folder = Folder.of(home)
            self.tasks.append(asyncio.create_task(Gate(folder, plan(home, folder)).run()))

    @property
    def far_engine(self) -> Path:
        """Return where the site reaches the host's engine."""
        return places.engine_socket(self.site, "far")

    async def engine(self, lead: Lead) -> asyncio.Server:
        """Have an engine listen on the host."""
        path = self.host / "run" / "engine" / "engine.sock"
        path.parent.mkdir(parents=True)
        return await asyncio.start_unix_server(lead, path)

    async def ask(self, data: bytes) -> bytes:
        """Send bytes to the engine from the site, end that direction, and return all that comes back."""
        reader, writer = await asyncio.open_unix_connection(self.far_engine)
        writer.write(data)
        await writer.drain()
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer


async def soon(condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  (files say it)
            await asyncio.sleep(0.02)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    """Give a site and a host that know each other."""
    two = Two(tmp_path / "s", tmp_path / "h")
    for home in (two.site, two.host):
        folder = Folder.of(home)
        folder.listen_at(GateAddress("127.0.0.1", free_port()))
        identity.make(folder.identity, name="slipway", host="127.0.0.1")
    site, host = Folder.of(two.site), Folder.of(two.host)
    know(site, "far", host)
    know(host, SITE, site)
    two.start()
    await soon(two.far_engine.exists)
    yield two
    for task in two.tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def know(folder: Folder, name: str, other: Folder) -> None:
    """Have one know the other."""
    address = other.address()
    assert address is not None
    folder.know(Peer(name, address, (other.certificate,)))


async def digest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer, after the end of what was said, with its hash and all of it."""
    data = await reader.read()
    writer.write(hashlib.sha256(data).digest() + data)
    await writer.drain()
    writer.close()


async def test_every_byte_comes_through_and_one_direction_may_end_first(two: Two) -> None:
    """Four megabytes there, an end, and only then the answer."""
    async with await two.engine(digest):
        data = os.urandom(4_000_001)
        assert await two.ask(data) == hashlib.sha256(data).digest() + data


async def test_who_does_not_take_is_waited_for(two: Two) -> None:
    """An engine that reads nothing makes the site's program wait, with bounded buffers between them."""
    stop = asyncio.Event()

    async def deaf(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await stop.wait()
        writer.close()

    async with await two.engine(deaf):
        _, writer = await asyncio.open_unix_connection(two.far_engine)
        written = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                while written < 30_000_000:
                    writer.write(bytes(100_000))
                    await writer.drain()
                    written += 100_000
        assert written < 30_000_000
        stop.set()
        writer.transport.abort()


async def refused(where: GateAddress, context: ssl.SSLContext) -> bool:
    """Tell whether a gate ends a connection instead of serving it."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(where.host, where.port, ssl=context)
            writer.write(b"\0\0\0\5hello\0\0\0\0")
            said = await reader.read(1)
            writer.transport.abort()
    except OSError:
        return True
    return said == b""


@pytest.mark.parametrize("who", ["nobody", "stranger", "other service", "joining", "old TLS"])
async def test_nobody_else_gets_through(two: Two, tmp_path: Path, who: str) -> None:
    """No certificate, one that nobody knows, a service that is not offered, TLS 1.2."""

    async def greeting(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"engine")
        writer.close()

    site, host = Folder.of(two.site), Folder.of(two.host)
    where = host.address()
    assert where is not None
    async with await two.engine(greeting):
        good = tls.calling(site.identity, known=[host.certificate], service=tls.ENGINE)
        assert not await refused(where, good)
        context = tls.calling_a_stranger()
        if who == "stranger":
            identity.make(tmp_path / "other.pem", name="slipway", host="127.0.0.1")
            context = tls.calling(tmp_path / "other.pem", known=[host.certificate], service=tls.ENGINE)
        elif who == "other service":
            context = tls.calling(site.identity, known=[host.certificate], service=tls.REDIS)
        elif who == "old TLS":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.load_cert_chain(site.identity)
        elif who == "nobody":
            context.set_alpn_protocols([tls.ENGINE])
        assert await refused(where, context)


async def test_who_is_forgotten_is_cut_off_at_once(two: Two) -> None:
    """What is open ends, and no way leads there any more."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await two.engine(silent):
        reader, writer = await asyncio.open_unix_connection(two.far_engine)
        writer.write(b"x")
        Folder.of(two.site).forget("far")
        async with asyncio.timeout(5):
            with contextlib.suppress(OSError):
                assert await reader.read() == b""
        writer.transport.abort()
        await soon(lambda: not two.far_engine.exists())


async def test_an_invitation_is_good_once(two: Two, tmp_path: Path) -> None:
    """Who has the secret is known from then on; who comes with it again is not."""
    site = Folder.of(two.site)
    where, secret = site.address(), token.new_secret()
    assert where is not None
    site.invite("third", secret=secret, address=GateAddress("192.0.2.3", 7443))
    own = identity.make(tmp_path / "third.pem", name="slipway", host="localhost")
    await asyncio.sleep(1.2)

    def join(word: str) -> dict[str, object]:
        with asking.connect(where, tls.calling_a_stranger()) as connection:
            assert tls.shown(connection)[0] == identity.fingerprint(site.certificate)
            return asking.ask(connection, {"secret": word, "certificate": own})

    with pytest.raises(asking.AskingError, match="used already"):
        await asyncio.to_thread(join, token.new_secret())
    answer = await asyncio.to_thread(join, secret)
    assert (answer["name"], answer["listens"]) == ("third", "192.0.2.3:7443")
    known = site.peer("third")
    assert known is not None
    assert known.certificates == (own,)
    with pytest.raises(asking.AskingError):
        await asyncio.to_thread(join, secret)


async def test_an_invitation_ends_by_itself(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stranger gets through the handshake any more, though no file has changed."""
    monkeypatch.setattr(folder, "INVITED_SECONDS", 2)
    site = Folder.of(two.site)
    where, secret = site.address(), token.new_secret()
    assert where is not None
    site.invite("third", secret=secret, address=GateAddress("192.0.2.3", 7443))

    def join() -> dict[str, object]:
        with asking.connect(where, tls.calling_a_stranger()) as connection:
            return asking.ask(connection, {"secret": token.new_secret(), "certificate": ""})

    await asyncio.sleep(1.2)
    with pytest.raises(asking.AskingError, match="cannot be read"):
        await asyncio.to_thread(join)
    await asyncio.sleep(2)
    with pytest.raises(asking.AskingError, match=r"ended the connection|did not answer"):
        await asyncio.to_thread(join)


async def test_what_was_opened_to_a_replaced_certificate_ends(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has the old key of a host no longer has the connections that were made to it."""
    monkeypatch.setattr(server, "REPLACED_SECONDS", 0.2)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    site, host = Folder.of(two.site), Folder.of(two.host)
    where = host.address()
    assert where is not None
    async with await two.engine(silent):
        reader, writer = await asyncio.open_unix_connection(two.far_engine)
        writer.write(b"x")
        await asyncio.sleep(0.3)
        site.know(Peer("far", where, (identity.make(host.next_identity, name="slipway", host="127.0.0.1"),)))
        async with asyncio.timeout(5):
            with contextlib.suppress(OSError):
                assert await reader.read() == b""
        writer.transport.abort()


async def test_replaced_certificates_end(two: Two) -> None:
    """A host is told the next certificate, takes both, then only the new one; what was open goes on."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    site, host = Folder.of(two.site), Folder.of(two.host)
    old_site, old_host, where = site.identity.read_bytes(), host.certificate, host.address()
    assert where is not None
    async with await two.engine(echo):
        reader, writer = await asyncio.open_unix_connection(two.far_engine)
        upcoming = identity.make(site.next_identity, name="slipway", host="127.0.0.1")

        def ask(question: dict[str, object], known: tuple[str, ...]) -> dict[str, object]:
            with asking.connect(where, tls.calling(site.identity, known=known, service=tls.RENEW)) as connection:
                return asking.ask(connection, question)

        theirs = str((await asyncio.to_thread(ask, {"next": upcoming}, (old_host,)))["next"])
        site.know(Peer("far", where, (old_host, theirs)))
        site.next_identity.replace(site.identity)
        await asyncio.sleep(1.2)
        assert (await asyncio.to_thread(ask, {}, (old_host, theirs)))["certificate"] == theirs
        site.know(Peer("far", where, (theirs,)))
        await asyncio.sleep(1.2)
        (stolen := two.site / "stolen.pem").write_bytes(old_site)
        assert await refused(where, tls.calling(stolen, known=[theirs], service=tls.ENGINE))
        assert await refused(where, tls.calling(site.identity, known=[old_host], service=tls.ENGINE))
        writer.write(b"still here")
        assert await reader.read(100) == b"still here"
        writer.close()
        assert await two.ask(b"and anew") == b"and anew"
