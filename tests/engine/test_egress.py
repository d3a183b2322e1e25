"""A machine reaches the names that its policy allows, through a proxy that decides outside of it, and nothing else."""

import asyncio
import ipaddress
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from slipway.egress import addresses
from slipway.egress.addresses import Address
from slipway.egress.proxy import Proxy
from slipway.engine.container import EngineContainer
from slipway.sandboxes import egress
from slipway.sandboxes.egress import PORT, Way
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
BOX = "egress-box"
BODY = bytes(range(256)) * 4096
LOOPBACK = ipaddress.ip_address("127.0.0.1")
METADATA = ipaddress.ip_address("169.254.169.254")


class Upstream:
    """A server on this host's loopback, which stands for one of the Internet; it keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request with BODY."""
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(BODY) + BODY)
        await writer.drain()
        writer.close()


@contextmanager
def running(work: Callable[[asyncio.Event], object]) -> Iterator[None]:
    """Run a coroutine's function on a loop in a thread, and end it by its event."""
    is_up, ended, stop = Event(), Future[None](), []

    async def main() -> None:
        stop.append((asyncio.get_running_loop(), asyncio.Event()))
        is_up.set()
        await work(stop[0][1])  # type: ignore[misc]

    def run() -> None:
        try:
            asyncio.run(main())
            ended.set_result(None)
        except BaseException as error:  # noqa: BLE001  (it is raised where the block ends)
            ended.set_exception(error)

    thread = Thread(target=run)
    thread.start()
    is_up.wait(10)
    try:
        yield
    finally:
        stop[0][0].call_soon_threadsafe(stop[0][1].set)
        thread.join(20)
        ended.result(0)


def test_a_machine_reaches_what_is_allowed_and_nothing_else(lab: Lab, engine_container: EngineContainer) -> None:
    """Whole bodies by a request and by a tunnel, also from a container inside; names, ports and addresses are refused.

    The names lead to this host's loopback, which production refuses: the test alone lets that one address pass.
    """
    upstream = Upstream()
    led_to: dict[str, Address] = {"deb.example.org": LOOPBACK, "meta.example.org": METADATA}

    async def resolve(host: str, port: int) -> list[Address]:
        return [led_to[host]]

    def may_be_reached(address: Address) -> bool:
        return address == LOOPBACK or addresses.may_be_reached(address)

    async def work(stop: asyncio.Event) -> None:
        server = await asyncio.start_server(upstream.serve, "127.0.0.1", 80)
        way = Way(str(engine_container.socket), BOX, ("deb.example.org", "meta.example.org"))
        proxy = Proxy(BOX, way.names, resolve=resolve, may_be_reached=may_be_reached)
        serving = asyncio.create_task(egress.once(way, proxy))
        async with server:
            await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        serving.cancel()

    lab.start(BOX, environment=egress.environment())
    with running(work):
        lab.sh(BOX, f"for i in $(seq 100); do curl -so /dev/null 127.0.0.1:{PORT} && break; sleep 0.1; done")
        lab.sh(BOX, "curl -sSfo /tmp/plain http://deb.example.org/dists/")
        lab.sh(BOX, "curl -sSfpo /tmp/tunnel http://deb.example.org:80/dists/")
        sizes = lab.sh(
            BOX,
            "cksum </tmp/plain; cksum </tmp/tunnel; docker run --rm --network host -e http_proxy alpine"
            " wget -qO- http://deb.example.org/ | cksum",
        ).split()
        assert [sizes[1], sizes[3], sizes[5]] == [str(len(BODY))] * 3
        assert sizes[0] == sizes[2] == sizes[4]
        assert upstream.asked[0].startswith(b"GET /dists/ HTTP/1.1\r\nHost: deb.example.org\r\nConnection: close\r\n")
        refused = {
            "http://elsewhere.example.org/": "is not among what this machine may reach",
            "http://127.0.0.1/": "Only full names can be reached",
            "http://2130706433/": "Only full names can be reached",
            "http://deb.example.org:8080/": "ports 80 and 443 alone",
            "http://meta.example.org/latest/": "not one of the public Internet",
        }
        for address, words in refused.items():
            assert words in lab.sh(BOX, f"curl -s --noproxy '' {address}")
        # Many at once, more than there may be: each is answered or told so, and the way holds.
        many = "seq 60 | xargs -P 60 -I{} curl -so /dev/null -w '%{http_code}\\n' http://deb.example.org/ | sort -u"
        assert set(lab.sh(BOX, many).split()) <= {"200", "503"}
        lab.sh(BOX, "curl -sSfo /dev/null http://deb.example.org/")
    # Without the process on the host there is no way out at all.
    assert lab.attempt(BOX, "curl -sSf --max-time 5 http://deb.example.org/").exit_status != 0
