"""Clients that read nothing while a program prints without end: their cost, whom they hurt, how they come back."""

import asyncio
import statistics
import time

import uvloop

from tests.load.crowd import resident_mebibytes
from tests.load.echo import settle
from tests.load.measure import Outcome, percentile
from tests.load.neighbours import Neighbour, neighbour, typing
from tests.load.raw_exec import RawExec
from tests.load.stage import SHELL, Learner, Stage
from tests.terminal_client import TerminalClient

STUCK_SECONDS = 60
# As many as a lesson has terminals.
STUCK = 3
GOAL_MEBIBYTES = 1.0
GOAL_MILLISECONDS = 100
# Nobody else may wait longer than twice as long, or as is seen at all.
HURT_RATIO, SEEN_MILLISECONDS = 2.0, 20
PROMPT = b"# "
# Nothing that `yes` prints looks like it.
FLOOD = b"yes\n"


def stuck(stage: Stage) -> Outcome:
    """Flood terminals whose clients do not read, beside a raw exec, with a neighbour who types; then press Ctrl-C."""
    learner, other = stage.learner(), neighbour(stage)
    with typing(learner.address, [other]):
        growth, values, floors, calm = uvloop.run(_stuck(stage, learner, other))
    hurt = percentile(other.echoes, 0.95)
    stage.give_back(other.user)
    return Outcome(
        measure="stuck",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"{GOAL_MEBIBYTES:g} MiB each in {STUCK_SECONDS} s, others' echo as before,"
        f" the prompt back within {GOAL_MILLISECONDS} ms after Ctrl-C",
        met=growth <= GOAL_MEBIBYTES
        and max(values) <= GOAL_MILLISECONDS
        and hurt <= max(HURT_RATIO * calm, SEEN_MILLISECONDS),
        notes={
            "mebibytes_each": round(growth, 3),
            "others_echo_p95_ms": round(hurt, 2),
            "others_before_p95_ms": round(calm, 2),
            "raw_p50_ms": round(statistics.median(floors), 2),
        },
    )


async def _stuck(stage: Stage, learner: Learner, other: Neighbour) -> tuple[float, list[float], list[float], float]:
    """Return the web process' growth for each, what the prompts took on both ways, and the neighbour's echo before."""
    web = str(stage.instance.pid("web"))
    clients = [TerminalClient(learner.address, learner.cookie, learner.sandbox_id, str(1 + at)) for at in range(STUCK)]
    raws = [await RawExec.open(learner.socket, learner.machine, SHELL) for _ in clients]
    for client, raw in zip(clients, raws, strict=True):
        await client.open()
        await settle(client)
        await raw.read_until(PROMPT)
    await asyncio.sleep(5)
    calm, before = percentile(other.echoes, 0.95), resident_mebibytes(web)
    other.echoes.clear()
    for client, raw in zip(clients, raws, strict=True):
        await client.type(FLOOD)
        raw.writer.write(FLOOD)
    await asyncio.sleep(STUCK_SECONDS)
    growth = (resident_mebibytes(web) - before) / STUCK
    values = [await _back(client) for client in clients]
    floors = [await _back(raw) for raw in raws]
    for client, raw in zip(clients, raws, strict=True):
        await client.close()
        await raw.close()
    return growth, values, floors, calm


async def _back(source: TerminalClient | RawExec) -> float:
    """Press Ctrl-C and read on; return how long it takes until the prompt is there, in milliseconds."""
    begin = time.perf_counter()
    if isinstance(source, TerminalClient):
        await source.type(b"\x03")
    else:
        source.writer.write(b"\x03")
    await source.read_until(PROMPT)
    return (time.perf_counter() - begin) * 1000
