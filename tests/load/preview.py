"""Previews beside nginx: both proxy to the same server on the machine's loopback."""

import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import uvloop

from slipway.preview import passes
from slipway.preview.names import Domain, Place
from slipway.preview.passes import Pass
from tests.engine_of import EngineOf
from tests.load.measure import Outcome
from tests.load.stage import Learner, Stage

PORT = 80
REQUESTS, AT_ONCE = 1000, 8
LARGE_BYTES = 100_000_000
ROUNDS = 3
LEAST_RATIO = 0.6
EXTRA_MILLISECONDS = 5.0
# An nginx of the learner's, on the machine's own loopback.
SERVE = (
    f"mkdir -p /srv/www && head -c {LARGE_BYTES} /dev/zero >/srv/www/large && echo hello >/srv/www/small"
    " && docker pull -q nginx >/dev/null"
    " && docker run -d --network host -v /srv/www:/usr/share/nginx/html:ro nginx >/dev/null && sleep 1"
)
NGINX = """daemon off; pid {folder}/pid; error_log stderr; worker_processes 1; events {{ }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  upstream machine {{ server 127.0.0.1:{port}; keepalive 16; }}
  server {{ listen unix:{folder}/socket; location / {{ proxy_pass http://machine;
    proxy_http_version 1.1; proxy_set_header Connection ""; }} }} }}
"""

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


def preview(stage: Stage) -> Outcome:
    """Ask both for the same, in turn: many small answers, a large one, and the first byte."""
    learner = stage.learner()
    learner.run(SERVE)
    site = Domain.of(stage.instance.preview_url)
    place = Place(UUID(str(learner.sandbox_id)), PORT)
    # The instance signs with its own key, which is the one of this folder.
    right = Pass(place, person=learner.user.pk)
    lines = f"Host: {site.origin(place).partition('://')[2]}\r\nCookie: {passes.cookie_name(site)}={right.signed()}"
    with _nginx(stage, learner) as socket:
        ours: Connect = lambda: asyncio.open_connection("127.0.0.1", site.port, limit=1024**2)  # noqa: E731
        floor: Connect = lambda: asyncio.open_unix_connection(socket, limit=1024**2)  # noqa: E731
        found = uvloop.run(_measure((ours, lines), (floor, "Host: machine")))
    rates, floor_rates, large, floor_large, first, floor_first = found
    ratio = statistics.median(rates) / statistics.median(floor_rates)
    large_ratio = statistics.median(large) / statistics.median(floor_large)
    extra = statistics.median(first) - statistics.median(floor_first)
    return Outcome(
        measure="preview",
        unit="requests/s",
        values=rates,
        floors=floor_rates,
        goal=f"requests and a download at {LEAST_RATIO} of nginx's rate, first byte + {EXTRA_MILLISECONDS} ms",
        met=min(ratio, large_ratio) >= LEAST_RATIO and extra <= EXTRA_MILLISECONDS,
        notes={
            "download_MB_per_s": round(statistics.median(large), 1),
            "download_floor": round(statistics.median(floor_large), 1),
            "download_ratio": round(large_ratio, 2),
            "first_byte_extra_ms": round(extra, 2),
        },
    )


async def _measure(*ways: tuple[Connect, str]) -> list[list[float]]:
    found: list[list[float]] = [[] for _ in range(6)]
    for _ in range(ROUNDS):
        for at, (connect, lines) in enumerate(ways):
            begin = time.perf_counter()
            await asyncio.gather(*(_many(connect, lines, REQUESTS // AT_ONCE) for _ in range(AT_ONCE)))
            found[at].append(REQUESTS / (time.perf_counter() - begin))
            reader, writer = await connect()
            begin = time.perf_counter()
            size = await _get(reader, writer, "/large", lines)
            found[2 + at].append(size / 1e6 / (time.perf_counter() - begin))
            for _ in range(20):
                begin = time.perf_counter()
                await _get(reader, writer, "/small", lines)
                found[4 + at].append((time.perf_counter() - begin) * 1000)
            writer.close()
    return found


async def _many(connect: Connect, lines: str, number: int) -> None:
    reader, writer = await connect()
    for _ in range(number):
        await _get(reader, writer, "/small", lines)
    writer.close()


async def _get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, lines: str) -> int:
    """Return how many bytes the answer's body has; its server tells its length."""
    writer.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert b" 200 " in head.split(b"\r\n")[0], head
    left = size = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
    while left:
        data = await reader.read(min(left, 1024**2))
        assert data, f"{left} bytes are missing"
        left -= len(data)
    return size


@contextmanager
def _nginx(stage: Stage, learner: Learner) -> Iterator[str]:
    """Run this host's nginx in the machine's network, and give its socket here."""
    behind = EngineOf(stage.instance)
    try:
        pid = behind.host_pid(learner.machine)
    finally:
        behind.close()
    with tempfile.TemporaryDirectory(prefix="slipway-nginx-") as folder:
        Path(folder).chmod(0o755)
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(NGINX.format(folder=folder, port=PORT), encoding="utf-8")
        running = subprocess.Popen(["nsenter", "-t", str(pid), "-n", "nginx", "-c", str(configuration)])
        try:
            for _ in range(100):
                if (Path(folder) / "socket").exists():
                    break
                time.sleep(0.05)
            yield f"{folder}/socket"
        finally:
            running.terminate()
            running.wait(timeout=10)
