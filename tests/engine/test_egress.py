"""A machine reaches the names that its policy allows, through a proxy that decides outside of it, and nothing else."""

import asyncio
import ipaddress
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread

import pytest

from slipway.egress import addresses
from slipway.egress.addresses import Address
from slipway.egress.proxy import Internet, Proxy
from slipway.engine.container import EngineContainer
from slipway.sandboxes import egress
from slipway.sandboxes.internal import RELAY_PORT, Exchange
from slipway.sandboxes.ways import Way
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
BOX = "egress-box"
BODY = bytes(range(256)) * 4096
LOOPBACK = ipaddress.ip_address("127.0.0.1")
LISTENS = f"for i in $(seq 100); do curl -so /dev/null 127.0.0.1:{RELAY_PORT} && break; sleep 0.1; done"
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
        names = ("deb.example.org", "meta.example.org")
        way = Way(str(engine_container.socket), BOX, 1, "docker", 0, 1, names, is_internal=False)
        proxy = Proxy(BOX, names, internet=Internet(resolve, may_be_reached))
        serving = asyncio.create_task(egress.once(way, proxy, Exchange()))
        async with server:
            await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        serving.cancel()

    lab.start(BOX, environment=egress.environment())
    with running(work):
        lab.sh(BOX, LISTENS)
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


def test_machines_of_one_learner_reach_each_other_and_no_others(lab: Lab, engine_container: EngineContainer) -> None:
    """By HTTP and by plain TCP, also what a container publishes; another learner's machine, on the same engine, never.

    A machine that was started anew is another one: its name leads nowhere until the host knows it, and then to it.
    """
    socket = str(engine_container.socket)
    mine = [Way(socket, f"{BOX}-{course}", 1, course, 0, 1, (), is_internal=True) for course in ("docker", "redis")]
    theirs = Way(socket, f"{BOX}-theirs", 2, "theirs", 0, 1, (), is_internal=True)
    present = [*mine, theirs]

    async def of_owner(owner: int) -> list[Way]:
        return present

    async def work(stop: asyncio.Event) -> None:
        exchange = Exchange(of_owner)
        proxies = [Proxy(way.machine, (), reach=partial(exchange.connect, way)) for way in present]
        serving = [
            asyncio.create_task(egress.once(way, proxy, exchange))
            for way, proxy in zip(list(present), proxies, strict=True)
        ]
        await stop.wait()
        for each in serving:
            each.cancel()

    [one, other], third = (way.machine for way in mine), theirs.machine
    for machine in (one, other, third):
        lab.start(machine, environment=egress.environment())
    with running(work):
        for machine in (one, other, third):
            lab.sh(machine, LISTENS)
            lab.sh(
                machine, "setsid socat TCP-LISTEN:6379,bind=127.0.0.1,fork,reuseaddr SYSTEM:'uname -n; cat' & sleep 0.3"
            )
        lab.sh(
            other,
            "docker run --detach --publish 8080:80 nginx && curl --retry 20 --retry-all-errors -sSf localhost:8080",
        )
        assert "Welcome to nginx" in lab.sh(one, "curl -sSf http://redis.internal:8080/")
        tcp = f"socat -t5 - PROXY:127.0.0.1:%s.internal:6379,proxyport={RELAY_PORT} <<<ping"
        host = lab.sh(other, "uname -n")
        assert lab.sh(one, tcp % "redis") == host + "ping\n"
        large = "head -c 20000000 /dev/zero | socat -t5 - PROXY:127.0.0.1:redis.internal:6379,proxyport=3128 | wc -c"
        assert int(lab.sh(one, large)) == 20_000_000 + len(host)
        for asking, course in ((one, "theirs"), (third, "docker"), (third, "redis")):
            assert "You have no machine at" in lab.sh(asking, f"curl -s http://{course}.internal:6379/")
            assert lab.attempt(asking, tcp % course).stdout == b""
        for port in (443, RELAY_PORT):
            assert "can be reached, except" in lab.sh(one, f"curl -s http://redis.internal:{port}/")
        # What the host knows of the machine is a start that is over.
        present[1] = mine[1]._replace(boot=2)
        assert "has just started" in lab.sh(one, "curl -s http://redis.internal:8080/")
        assert "You have no machine at" in lab.sh(other, "curl -s http://docker.internal:6379/")
