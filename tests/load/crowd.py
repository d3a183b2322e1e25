"""Many terminals on one web process: what one keystroke takes among them, and what each of them costs."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvloop

from slipway.terminal.room import MOST_EACH
from tests.instance import PROJECT
from tests.load.echo import settle
from tests.load.measure import Outcome, percentile
from tests.load.neighbours import Neighbour, neighbour
from tests.load.raw_exec import RawExec
from tests.load.stage import SHELL, Learner, Stage
from tests.terminal import Terminal
from tests.terminal_client import TerminalClient

IDLE = 50
LOADED_RATIO = 1.5
KEYSTROKES = 200
LINE = 50
# 8 MB a second: as much text as is printed, and a tenth of a second between.
PRINTED = "base64 -w 99 /dev/urandom | head -c 800000 >/root/text; while :; do cat /root/text; sleep 0.1; done"
TERMINALS = 200
GOAL_MEBIBYTES = 0.3
GOAL_MILLISECONDS = 20
OPENED_AT_ONCE = 8
SETTLE_SECONDS = 3
PROMPT = b"# "


def echo_loaded(stage: Stage) -> Outcome:
    """Type into both shells in turn, while one more terminal prints and many are open, each with its own prompt."""
    learner = stage.learner()
    others = [neighbour(stage) for _ in range(-(-IDLE // MOST_EACH))]
    with _printing(learner):
        values, floors = uvloop.run(_echo_among(learner, others, IDLE))
    for other in others:
        stage.give_back(other.user)
    value, floor = percentile(values, 0.95), percentile(floors, 0.95)
    return Outcome(
        measure="echo-loaded",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"p95 at most {LOADED_RATIO} x the raw exec's under the same load",
        met=value <= LOADED_RATIO * floor,
        notes={"idle_terminals": IDLE, "printed_megabytes_per_second": 8, "ratio_p95": round(value / floor, 3)},
    )


def terminals(stage: Stage) -> Outcome:
    """Open many terminals of several learners, and see what the web process has more, beside as many raw execs."""
    learner = stage.learner()
    others = [neighbour(stage) for _ in range(-(-TERMINALS // MOST_EACH))]
    each, raw_each, values, floors = uvloop.run(_cost(stage, learner, others))
    for other in others:
        stage.give_back(other.user)
    echo = percentile(values, 0.95)
    return Outcome(
        measure="terminals",
        unit="MiB",
        values=[each],
        floors=[raw_each],
        goal=f"at most {GOAL_MEBIBYTES} MiB each with {TERMINALS} open, echo p95 at most {GOAL_MILLISECONDS} ms;"
        " the floor is a raw exec's part of this program",
        met=each <= GOAL_MEBIBYTES and echo <= GOAL_MILLISECONDS,
        notes={"echo_p95_ms": round(echo, 2), "raw_echo_p95_ms": round(percentile(floors, 0.95), 2)},
    )


@contextlib.contextmanager
def _printing(learner: Learner) -> Iterator[None]:
    """Let the learner's second terminal print, and be read in a process of its own, until the block ends."""
    argv = [sys.executable, "-m", "tests.load.reader", learner.address, str(learner.sandbox_id), "2"]
    reader = subprocess.Popen(argv, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdin is not None
    assert reader.stdout is not None
    try:
        reader.stdin.write(f"{learner.cookie}\n{PRINTED}\n")
        reader.stdin.flush()
        if reader.stdout.readline() != "begun\n":
            raise RuntimeError("the terminal that is to print does not")
        yield
    finally:
        reader.kill()
        reader.wait()
        uvloop.run(_interrupt(learner))


async def _interrupt(learner: Learner) -> None:
    """End what the second terminal prints."""
    async with TerminalClient(learner.address, learner.cookie, learner.sandbox_id, "2") as terminal:
        await terminal.type(b"\x03")
        await settle(terminal)


async def _echo_among(learner: Learner, others: Sequence[Neighbour], count: int) -> tuple[list[float], list[float]]:
    async with contextlib.AsyncExitStack() as stack:
        await open_all(stack, windows(learner.address, others, count))
        return await _echo(learner)


def windows(address: str, people: Sequence[Neighbour], count: int) -> list[Terminal]:
    """Return so many windows on these people's terminals, not yet open."""
    return [
        TerminalClient(address, person.cookie, person.sandbox.id, str(1 + at % 3))
        for at in range(count)
        for person in [people[at // MOST_EACH]]
    ]


async def open_all(stack: contextlib.AsyncExitStack, terminals: Sequence[Terminal]) -> None:
    """Open terminals, each read by a task, as an open page does."""
    room = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one(terminal: Terminal) -> None:
        async with room:
            await stack.enter_async_context(terminal)
        reading = asyncio.create_task(_drain(terminal))
        stack.callback(reading.cancel)

    await asyncio.gather(*(one(terminal) for terminal in terminals))


async def _drain(terminal: Terminal) -> None:
    while True:
        await terminal.read()


async def _echo(learner: Learner) -> tuple[list[float], list[float]]:
    """Return what keystrokes took on the whole way and by a raw exec, in turn, in milliseconds."""
    raw = await RawExec.open(learner.socket, learner.machine, SHELL)
    await raw.read_until(PROMPT)
    values, floors = [], []
    async with TerminalClient(learner.address, learner.cookie, learner.sandbox_id) as terminal:
        await settle(terminal)
        for number in range(KEYSTROKES):
            key = bytes([97 + number % 26])
            begin = time.perf_counter()
            await terminal.type(key)
            await terminal.read_until(key)
            values.append((time.perf_counter() - begin) * 1000)
            begin = time.perf_counter()
            raw.writer.write(key)
            await raw.read_until(key)
            floors.append((time.perf_counter() - begin) * 1000)
            if number % LINE == LINE - 1:
                await terminal.type(b"\x03")
                raw.writer.write(b"\x03")
                await raw.read_until(PROMPT)
                await settle(terminal)
    await raw.close()
    return values, floors


async def _cost(
    stage: Stage, learner: Learner, others: Sequence[Neighbour]
) -> tuple[float, float, list[float], list[float]]:
    web, own = str(stage.instance.pid("web")), "self"
    raw_before = resident_mebibytes(own)
    raws = [
        await RawExec.open(learner.socket, other.sandbox.machine, SHELL)
        for at in range(TERMINALS)
        for other in [others[at // MOST_EACH]]
    ]
    raw_each = (resident_mebibytes(own) - raw_before) / TERMINALS
    for raw in raws:
        await raw.close()
    async with contextlib.AsyncExitStack() as stack:
        # What a first terminal brings in once is no terminal's own.
        await open_all(stack, windows(learner.address, others, MOST_EACH))
        await asyncio.sleep(SETTLE_SECONDS)
        before = resident_mebibytes(web)
        await open_all(stack, windows(learner.address, others[1:], TERMINALS - MOST_EACH))
        await asyncio.sleep(SETTLE_SECONDS)
        each = (resident_mebibytes(web) - before) / (TERMINALS - MOST_EACH)
        values, floors = await _echo(learner)
    return each, raw_each, values, floors


def resident_mebibytes(pid: str) -> float:
    """Return what a process has in memory (proc(5), status: VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
