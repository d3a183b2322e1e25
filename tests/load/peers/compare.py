"""What `./slipway bench --peers` takes of every terminal in turn, by the same code whosever it is."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.load.crowd import open_all, resident_mebibytes
from tests.load.echo import drain, printing_line, settle
from tests.load.peers.client import PROMPT
from tests.load.peers.subjects import Subject
from tests.load.peers.table import Figure, Taken
from tests.load.wire import Wire
from tests.terminal import Terminal

LINE = 50
STUCK = 3
FLOOD = b"yes\n"
# A server that keeps all for who does not read would take the whole host's memory.
MOST_MEBIBYTES = 1024
LOOK_SECONDS = 0.25
BACK_SECONDS = 30
CUT_SECONDS = 1.0
# What a first terminal brings in once is no terminal's own.
FIRST = 24
SETTLE_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Size:
    """How much is taken; times in seconds."""

    lines: int
    bulk_bytes: int
    bulks: int
    cuts: int
    stuck_seconds: float
    crowd: int


FULL = Size(lines=12, bulk_bytes=50_000_000, bulks=3, cuts=20, stuck_seconds=60, crowd=200)
BRIEF = Size(lines=2, bulk_bytes=5_000_000, bulks=1, cuts=2, stuck_seconds=4, crowd=30)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: so many rounds over all terminals in turn, each round at most `most_seconds`."""

    name: str
    take: Callable[[Subject, Size], Awaitable[Taken]]
    rounds: Callable[[Size], int]
    most_seconds: float
    figures: tuple[Figure, ...]


async def echo(subject: Subject, _size: Size) -> Taken:
    """Type a line, one key at a time, and wait for each to come back."""
    async with subject.terminal(0) as terminal:
        return Taken([await _line(terminal)])


async def _line(terminal: Terminal) -> list[float]:
    """Return what each key of a line took, in milliseconds, and leave a fresh prompt."""
    await settle(terminal)
    values = []
    for number in range(LINE):
        key = bytes([97 + number % 26])
        begin = time.perf_counter()
        await terminal.type(key)
        await terminal.read_until(key)
        values.append((time.perf_counter() - begin) * 1000)
    await terminal.type(b"\x03")
    await terminal.read_until(PROMPT)
    return values


async def throughput(subject: Subject, size: Size) -> Taken:
    """Print random text and compare all of it with the file's own hash."""
    path, expected = await asyncio.to_thread(subject.bulk, size.bulk_bytes)
    async with subject.terminal(0) as terminal:
        await settle(terminal)
        await terminal.type(printing_line(path))
        rate, digest = await drain(terminal, size.bulk_bytes)
    return Taken([[rate]], "" if digest == expected else "what came is not what was printed")


async def reconnect(subject: Subject, _size: Size) -> Taken:
    """Cut the network, let the shell print meanwhile, and wait for that after the network is back."""
    word = f"{time.monotonic_ns():x}"
    with Wire(subject.port) as wire:
        terminal = subject.terminal(0, wire.address)
        await terminal.open()
        await settle(terminal)
        # Divided, so that the echo of the typed line is not what it prints; the variable is this shell's alone.
        line = f"word={word}; printf 'SE''EN-%s\\n' $word; sleep 0.5; printf 'BA''CK-%s\\n' $word\n"
        await terminal.type(line.encode())
        await terminal.read_until(f"SEEN-{word}".encode())
        wire.cut()
        with contextlib.suppress(OSError):
            await terminal.close()
        await asyncio.sleep(CUT_SECONDS)
        wire.mend()
        begin = time.perf_counter()
        await terminal.open()
        if subject.keeps_shell:
            printed = await terminal.read_until(f"BACK-{word}".encode())
            fault = "prints again what the page has" if f"SEEN-{word}".encode() in printed else ""
        else:
            fault = "a new shell: the old one and what it printed are lost"
        value = (time.perf_counter() - begin) * 1000
        await terminal.close()
    return Taken([[value]], fault)


async def stuck(subject: Subject, size: Size) -> Taken:
    """Flood terminals whose clients do not read; see what the server keeps; then press Ctrl-C and read on."""
    async with contextlib.AsyncExitStack() as stack:
        terminals = [await stack.enter_async_context(subject.terminal(number)) for number in range(STUCK)]
        for terminal in terminals:
            await settle(terminal)
        before = resident_mebibytes(subject.pid)
        for terminal in terminals:
            await terminal.type(FLOOD)
        grown, fault = await _flooded(subject, before, size.stuck_seconds)
        try:
            backs = [await _back(terminal) for terminal in terminals]
        except TimeoutError:
            backs, fault = [], f"no prompt within {BACK_SECONDS} s after Ctrl-C"
        except ConnectionError:
            backs, fault = [], "the connection was given up, and the shell with it"
    return Taken([[grown / STUCK], backs], fault)


async def _flooded(subject: Subject, before: float, seconds: float) -> tuple[float, str]:
    """Return the server's growth in MiB after so long, or when it is too much, and then how long it took."""
    begin = time.monotonic()
    while (passed := time.monotonic() - begin) < seconds:
        if (grown := _growth(subject, before)) > MOST_MEBIBYTES:
            return grown, f"ended at {grown:.0f} MiB after {passed:.0f} s, and grew on"
        await asyncio.sleep(LOOK_SECONDS)
    return _growth(subject, before), ""


def _growth(subject: Subject, before: float) -> float:
    """Return what the server has more, in MiB; one that gave memory back has not grown."""
    return max(0.0, resident_mebibytes(subject.pid) - before)


async def _back(terminal: Terminal) -> float:
    begin = time.perf_counter()
    async with asyncio.timeout(BACK_SECONDS):
        await terminal.type(b"\x03")
        await terminal.read_until(PROMPT)
    return (time.perf_counter() - begin) * 1000


async def terminals(subject: Subject, size: Size) -> Taken:
    """Open many terminals; see what the server has more for each, and what a key takes among them."""
    async with subject.crowd(size.crowd) as crowd, contextlib.AsyncExitStack() as stack:
        await open_all(stack, crowd[:FIRST])
        await asyncio.sleep(SETTLE_SECONDS)
        before = resident_mebibytes(subject.pid)
        await open_all(stack, crowd[FIRST:])
        await asyncio.sleep(SETTLE_SECONDS)
        each = _growth(subject, before) / (size.crowd - FIRST)
        async with subject.terminal(0) as terminal:
            keys = [key for _ in range(size.lines) for key in await _line(terminal)]
    return Taken([[each], keys])


def _once(_size: Size) -> int:
    return 1


MEASURES = (
    Measure(
        "echo",
        echo,
        lambda size: size.lines,
        30,
        (Figure("echo p50", "ms", 0, 0.5), Figure("echo p95", "ms", 0, 0.95)),
    ),
    Measure(
        "throughput", throughput, lambda size: size.bulks, 120, (Figure("throughput", "MB/s", 0, 0.5, is_rate=True),)
    ),
    Measure(
        "reconnect",
        reconnect,
        lambda size: size.cuts,
        30,
        (Figure("reconnect p50", "ms", 0, 0.5), Figure("reconnect p95", "ms", 0, 0.95)),
    ),
    Measure(
        "stuck",
        stuck,
        _once,
        240,
        (Figure("stuck: memory each", "MiB", 0, 0.5), Figure("stuck: prompt after Ctrl-C", "ms", 1, 1)),
    ),
    Measure(
        "terminals",
        terminals,
        _once,
        300,
        (Figure("terminals: memory each", "MiB", 0, 0.5), Figure("terminals: echo p95", "ms", 1, 0.95)),
    ),
)
