"""Keystroke to echo, and bulk output: the terminal's whole way beside a bare exec into the same sandbox."""

import asyncio
import contextlib
import hashlib
import statistics
import time

import uvloop

from tests.load.measure import Outcome
from tests.load.raw_exec import RawExec
from tests.load.stage import SHELL, Learner, Stage
from tests.terminal import Terminal
from tests.terminal_client import TerminalClient

KEYSTROKES = 600
LINE = 50
QUIET_SECONDS = 0.2
EXTRA_MILLISECONDS = 0.7
BULK_BYTES = 50_000_000
BULK_ROUNDS = 3
LEAST_RATIO = 0.8
PROMPT = b"# "


def echo(stage: Stage) -> Outcome:
    """Type one key at a time into both shells in turn, and wait for each to come back."""
    values, floors, wrong = uvloop.run(_echo(stage.learner()))
    extra = statistics.median(values) - statistics.median(floors)
    return Outcome(
        measure="echo",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"p50 within {EXTRA_MILLISECONDS} ms of the floor, no keystroke lost or doubled",
        met=extra <= EXTRA_MILLISECONDS and not wrong,
        notes={"extra_p50": round(extra, 3), "lost_or_doubled": wrong},
    )


async def _echo(learner: Learner) -> tuple[list[float], list[float], int]:
    raw = await RawExec.open(learner.socket, learner.machine, SHELL)
    await raw.read_until(PROMPT)
    values, floors, wrong = [], [], 0
    async with TerminalClient(learner.address, learner.cookie, learner.sandbox_id) as terminal:
        await settle(terminal)
        for number in range(KEYSTROKES):
            key = bytes([97 + number % 26])
            begin = time.perf_counter()
            await terminal.type(key)
            wrong += await terminal.read() != key
            values.append((time.perf_counter() - begin) * 1000)
            begin = time.perf_counter()
            raw.writer.write(key)
            wrong += await raw.reader.read(100) != key
            floors.append((time.perf_counter() - begin) * 1000)
            if number % LINE == LINE - 1:
                await _clear_line(terminal, raw)
    await raw.close()
    return values, floors, wrong


async def _clear_line(terminal: TerminalClient, raw: RawExec) -> None:
    """Throw the typed line away by Ctrl-C and wait for a fresh prompt, so that no line wraps."""
    await terminal.type(b"\x03")
    raw.writer.write(b"\x03")
    await raw.read_until(PROMPT)
    await settle(terminal)


async def settle(terminal: Terminal) -> None:
    """Read until nothing more comes: a prompt is drawn again when the window's size is known."""
    with contextlib.suppress(TimeoutError):
        while True:
            async with asyncio.timeout(QUIET_SECONDS):
                await terminal.read()


def throughput(stage: Stage) -> Outcome:
    """Print the same random text through both ways and compare every byte with the file's own hash."""
    values, floors, whole = uvloop.run(_throughput(stage.learner()))
    ratio = statistics.median(values) / statistics.median(floors)
    return Outcome(
        measure="throughput",
        unit="MB/s",
        values=values,
        floors=floors,
        goal=f"at least {LEAST_RATIO} of the floor, all bytes the same",
        met=ratio >= LEAST_RATIO and whole,
        notes={"bytes": BULK_BYTES, "all_bytes_the_same": str(whole)},
    )


async def _throughput(learner: Learner) -> tuple[list[float], list[float], bool]:
    made = learner.run(f"base64 -w 99 /dev/urandom | head -c {BULK_BYTES} >/root/bulk && sha256sum </root/bulk")
    expected = made.split()[0]
    line = printing_line("/root/bulk")
    raw = await RawExec.open(learner.socket, learner.machine, SHELL)
    await raw.read_until(PROMPT)
    values, floors, hashes = [], [], set()
    async with TerminalClient(learner.address, learner.cookie, learner.sandbox_id) as terminal:
        await terminal.read_until(PROMPT)
        for _ in range(BULK_ROUNDS):
            await terminal.type(line)
            rate, digest = await drain(terminal, BULK_BYTES)
            values.append(rate)
            hashes.add(digest)
            raw.writer.write(line)
            rate, digest = await drain(raw, BULK_BYTES)
            floors.append(rate)
            hashes.add(digest)
    await raw.close()
    return values, floors, hashes == {expected}


def printing_line(path: str) -> bytes:
    """Return the line that prints a file as it is, between two marks."""
    # The words are divided so that the echo of the typed line is not taken for the mark itself.
    return f"stty -opost; printf 'BE''GIN\\n'; cat {path}; printf 'E''ND\\n'; stty opost\n".encode()


async def drain(source: Terminal | RawExec, size_bytes: int) -> tuple[float, str]:
    """Read from BEGIN to END. Return the rate in MB/s and the SHA-256 of what lay between."""
    read = source.read if isinstance(source, Terminal) else lambda: source.reader.read(65536)
    before = await source.read_until(b"BEGIN\n")
    begin = time.perf_counter()
    digest, left = hashlib.sha256(), size_bytes
    data = before.rpartition(b"BEGIN\n")[2]
    while len(data) < left:
        digest.update(data)
        left -= len(data)
        data = await read()
    digest.update(data[:left])
    rate = size_bytes / 1e6 / (time.perf_counter() - begin)
    rest = data[left:]
    while PROMPT not in rest:
        rest += await read()
    return rate, digest.hexdigest()
