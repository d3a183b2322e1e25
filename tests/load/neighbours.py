"""People who type into machines of their own while something happens beside them, and how long each echo took."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from slipway.accounts.models import User
from slipway.grading import actions
from slipway.sandboxes.models import Sandbox
from tests.load.stage import Stage
from tests.terminal_client import TerminalClient

KEY_EVERY_SECONDS = 0.1
KEYS_A_LINE = 50
PROMPT = b"# "


@dataclass(slots=True)
class Neighbour:
    """One who works meanwhile. `echoes` are in milliseconds; whoever reads them may clear them."""

    user: User
    cookie: str
    sandbox: Sandbox
    echoes: list[float] = field(default_factory=list)


def neighbour(stage: Stage) -> Neighbour:
    """Return a new learner with a ready machine."""
    user, cookie = stage.sign_in()
    actions.open_lesson(learner=user, lesson=stage.lesson)
    return Neighbour(user, cookie, stage.wait_ready(user))


@contextlib.contextmanager
def typing(address: str, neighbours: list[Neighbour]) -> Iterator[None]:
    """Let them type, ten keys a second each, until the block ends; what failed meanwhile is raised then."""
    done = threading.Event()
    with ThreadPoolExecutor(len(neighbours)) as threads:
        work = [threads.submit(asyncio.run, _type(address, each, done)) for each in neighbours]
        try:
            yield
        finally:
            done.set()
        for future in work:
            future.result()


async def _type(address: str, neighbour: Neighbour, done: threading.Event) -> None:
    async with TerminalClient(address, neighbour.cookie, neighbour.sandbox.id) as terminal:
        await terminal.read_until(PROMPT)
        typed = 0
        while not done.is_set():
            await asyncio.sleep(KEY_EVERY_SECONDS)
            begin = time.perf_counter()
            await terminal.type(b"x")
            await terminal.read_until(b"x")
            neighbour.echoes.append((time.perf_counter() - begin) * 1000)
            typed += 1
            if typed % KEYS_A_LINE == 0:
                await terminal.type(b"\x03")
                await terminal.read_until(PROMPT)
