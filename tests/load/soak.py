"""A soak: learners work while processes of every kind are killed at random, and nothing of what they did is lost.

    python -m tests.load.soak --seed 7 --minutes 15

Prints a line for each kill, then what became of each learner's work; the status is 1 if any of it was lost. The same
seed kills the same kinds in the same order.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from websockets.exceptions import WebSocketException

from tests.instance import wait_for
from tests.terminal_client import TerminalClient

if TYPE_CHECKING:
    from tests.load.neighbours import Neighbour
    from tests.load.stage import Stage

LEARNERS = 4
BETWEEN_KILLS_SECONDS = (4.0, 16.0)
LINE_EVERY_SECONDS = 0.5
ANSWER_SECONDS = 20.0
SETTLE_SECONDS = 180.0
LOG = "/root/work"
OUR_OWN = ("web", "worker", "scheduler", "redis")
# By name of the program and by how deep its process namespace lies: 2 is the engine's, 3 a machine's.
IN_ENGINE = {
    "engine's dockerd": ("dockerd", 2),
    "engine's containerd": ("containerd", 2),
    "containerd-shim": ("containerd-shim", 2),
    "machine's init": ("tini", 3),
    "machine's dockerd": ("dockerd", 3),
    "machine's containerd": ("containerd", 3),
    "machine's shell": ("bash", 3),
    "machine's terminal": ("python", 3),
}


@dataclass(slots=True)
class Work:
    """What one learner did: the numbers of the lines whose end they saw."""

    learner: "Neighbour"
    seen: list[int] = field(default_factory=list)
    breaks: int = 0


def main() -> int:
    """Soak, print the record, and return 1 when something was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--minutes", type=float, default=15.0)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.minutes:g} minutes, {LEARNERS} learners", flush=True)
    with tempfile.TemporaryDirectory(prefix="slipway-soak-") as folder:
        # Settings are read when Django is first imported, so the folder has to be known before.
        os.environ["SLIPWAY_HOME"] = folder
        from tests.load.stage import Stage  # noqa: PLC0415

        with Stage(Path(folder)) as stage:
            return _soak(stage, random.Random(arguments.seed), arguments.minutes * 60)


def _soak(stage: "Stage", chance: random.Random, seconds: float) -> int:
    from tests.load.neighbours import neighbour  # noqa: PLC0415  (imports Django's models)

    work = [Work(neighbour(stage)) for _ in range(LEARNERS)]
    with _working(stage, work):
        begin = time.monotonic()
        while (elapsed := time.monotonic() - begin) < seconds:
            kind = chance.choice([*OUR_OWN, *IN_ENGINE, "engine's container"])
            print(f"{elapsed:6.1f} s  {kind}: {_kill(stage, kind, chance)}", flush=True)
            time.sleep(chance.uniform(*BETWEEN_KILLS_SECONDS))
        _settle(work)
    return _judge(stage, work)


def _kill(stage: "Stage", kind: str, chance: random.Random) -> str:
    """Kill one process of a kind, if there is one, and say which."""
    if kind == "engine's container":
        name = stage.instance.engine_container.name
        done = subprocess.run(["docker", "kill", name], capture_output=True, text=True, check=False)
        return done.stdout.strip() or done.stderr.strip()
    if kind in OUR_OWN:
        found = [pid] if (pid := stage.instance.pid(kind)) else []
    else:
        found = list(_of_engine(stage, *IN_ENGINE[kind]))
    if not found:
        return "none runs just now"
    pid = chance.choice(sorted(found))
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return f"{pid} of {len(found)}"


def _of_engine(stage: "Stage", program: str, depth: int) -> Iterator[int]:
    """Yield the processes of the engine's container that run a program so many process namespaces deep."""
    name = stage.instance.engine_container.name
    argv = ["docker", "top", name, "-eo", "pid"]
    listed = subprocess.run(argv, capture_output=True, text=True, check=False).stdout.split()[1:]
    for pid in map(int, listed):
        with contextlib.suppress(OSError, StopIteration):
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
            named = next(line for line in status if line.startswith("Name:")).split()[1]
            spaces = next(line for line in status if line.startswith("NSpid:")).split()[1:]
            if named.startswith(program) and len(spaces) == depth:
                yield pid


@contextlib.contextmanager
def _working(stage: "Stage", work: list[Work]) -> Iterator[None]:
    done = threading.Event()
    threads = [
        threading.Thread(target=asyncio.run, args=(_write_lines(stage.instance.address, each, done),)) for each in work
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join(60)


async def _write_lines(address: str, work: Work, done: threading.Event) -> None:
    """Add one line after the other to a file in the machine; never the same twice, whatever became of the last."""
    page, number = TerminalClient(address, work.learner.cookie, work.learner.sandbox.id), 0
    while not done.is_set():
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await page.open()
            while not done.is_set():
                number += 1
                # The word is divided, so that the echo of the typed line is not taken for its end.
                await page.type(f"echo {number} >>{LOG} && printf 'wri''tten {number}.\\n'\r".encode())
                async with asyncio.timeout(ANSWER_SECONDS):
                    await page.read_until(f"written {number}.".encode())
                work.seen.append(number)
                await asyncio.sleep(LINE_EVERY_SECONDS)
            await page.close()
        except (OSError, TimeoutError, WebSocketException):
            work.breaks += 1
            await asyncio.sleep(LINE_EVERY_SECONDS)


def _settle(work: list[Work]) -> None:
    """Wait until each learner sees the end of a line once more; say how long it took."""
    lines = [len(each.seen) for each in work]

    def goes_on() -> bool:
        return all(len(each.seen) > before for each, before in zip(work, lines, strict=True))

    took = wait_for("everybody works again", goes_on, seconds=SETTLE_SECONDS)
    print(f"everybody works again {took:.1f} s after the last pause", flush=True)


def _judge(stage: "Stage", work: list[Work]) -> int:
    """Print what is in each machine beside what its learner saw, and return 1 if anything is missing or doubled."""
    from slipway.engine.docker_engine import DockerEngine  # noqa: PLC0415

    engine, is_whole = DockerEngine(stage.socket), True
    for each in work:
        each.learner.sandbox.refresh_from_db()
        kept = [int(line) for line in engine.run(each.learner.sandbox.machine, ["cat", LOG]).stdout.split()]
        missing, doubled = sorted(set(each.seen) - set(kept)), len(kept) - len(set(kept))
        is_ordered = kept == sorted(kept)
        is_whole &= not missing and not doubled and is_ordered
        print(
            f"{each.learner.user}: {len(each.seen)} lines seen, {len(kept)} in the machine, {len(missing)} missing,"
            f" {doubled} doubled, {'in' if is_ordered else 'out of'} order, {each.breaks} breaks"
        )
    print("nothing was lost" if is_whole else "SOMETHING WAS LOST", flush=True)
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
