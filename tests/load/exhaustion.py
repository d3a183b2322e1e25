"""Whatever one learner does to exhaust the host, two neighbours type on, the offender reads why, and it passes.

The offences that need no more than a machine's root are data: offences.toml. Those against the web process are here.
"""

import asyncio
import re
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import EngineError, RunTimeoutError
from tests.load.hostile_browser import Browser
from tests.load.measure import Outcome, percentile
from tests.load.neighbours import Neighbour, neighbour, typing
from tests.load.stage import Stage

OFFENCES = Path(__file__).with_name("offences.toml")
SCRIPT_SECONDS = 20.0
UNDO_SECONDS = 120.0
BEFORE_SECONDS = 5.0
# An offence that is over at once is done again, so that there are echoes to look at.
AT_LEAST_SECONDS = 4.0
CALM_AFTER_SECONDS = 10.0
CALM_SECONDS = 4.0
MOST_RATIO = 2.0
PREAMBLE = 'PATH=$PATH; python() { /opt/slipway/python -I -S "$@"; }; exec 2>&1\n'


@dataclass(frozen=True, slots=True)
class Offence:
    """One way to take more than one's share: what does it and returns what is read then, and how that must read."""

    name: str
    commit: Callable[[], str]
    says: str
    undo: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Suffered:
    """What two neighbours felt of an offence: the p95 of their echoes in milliseconds, and what the offender read."""

    name: str
    before: float
    during: float
    after: float
    said: str

    @property
    def ratio(self) -> float:
        """How many times as long as before the neighbours' echoes took, meanwhile or ten seconds later."""
        return max(self.during, self.after) / self.before

    @property
    def line(self) -> str:
        """The line of the table."""
        return (
            f"| {self.name} | {self.before:.1f} | {self.during:.1f} | {self.after:.1f} | {self.said or '(nothing)'} |"
        )


def exhaustion(stage: Stage) -> Outcome:
    """Commit one offence after the other beside two who type; the floor is their echo just before each."""
    offender, *neighbours = [neighbour(stage) for _ in range(3)]
    suffered = []
    with typing(stage.instance.address, neighbours):
        for offence in [*_of_root(stage, offender), *_of_a_browser(stage, offender)]:
            suffered.append(_suffer(offence, neighbours))
            print(suffered[-1].line, flush=True)
    for each in (offender, *neighbours):
        stage.give_back(each.user)
    worst = max(suffered, key=lambda each: each.ratio)
    silent = [each.name for each in suffered if not each.said]
    return Outcome(
        measure="exhaustion",
        unit="ms",
        values=[each.during for each in suffered],
        floors=[each.before for each in suffered],
        goal=f"two neighbours' echo p95 at most {MOST_RATIO:g} x of before, meanwhile and ten seconds after;"
        " the offender reads why",
        met=worst.ratio <= MOST_RATIO and not silent,
        notes={
            "offences": len(suffered),
            "within": sum(each.ratio <= MOST_RATIO for each in suffered),
            "worst": f"{worst.name} {worst.ratio:.1f} x",
            "silent": ", ".join(silent) or "none",
        },
    )


def _suffer(offence: Offence, neighbours: list[Neighbour]) -> Suffered:
    """Commit one offence and look at the neighbours before, meanwhile and after."""
    before = _echoes(neighbours, lambda: time.sleep(BEFORE_SECONDS))
    said = ""

    def commit() -> None:
        nonlocal said
        begin = time.monotonic()
        while not said or time.monotonic() - begin < AT_LEAST_SECONDS:
            found = re.search(offence.says, offence.commit())
            if found is None:
                return
            said = found.group()

    during = _echoes(neighbours, commit)
    offence.undo()
    time.sleep(CALM_AFTER_SECONDS)
    after = _echoes(neighbours, lambda: time.sleep(CALM_SECONDS))
    return Suffered(offence.name, before, during, after, said)


def _echoes(neighbours: list[Neighbour], meanwhile: Callable[[], object]) -> float:
    """Return the p95 of the neighbours' echoes while something is done. A neighbour who saw none waited all along."""
    for each in neighbours:
        each.echoes.clear()
    begin = time.monotonic()
    meanwhile()
    waited = (time.monotonic() - begin) * 1000
    return percentile([echo for each in neighbours for echo in each.echoes or [waited]], 0.95)


def _of_root(stage: Stage, offender: Neighbour) -> list[Offence]:
    """Return the offences of a machine's root."""
    engine = DockerEngine(stage.socket)

    def run(script: str, seconds: float) -> str:
        bounded = ["timeout", "-s", "KILL", f"{seconds:g}", "bash", "-c", PREAMBLE + script]
        try:
            done = engine.run(offender.sandbox.machine, bounded, timeout_seconds=seconds + 10)
        except RunTimeoutError:
            return "It was ended."
        except EngineError as error:
            return str(error)
        return f"{(done.stdout + done.stderr).decode(errors='replace')}\nstatus {done.exit_status}"

    def offence(name: str, told: dict[str, str]) -> Offence:
        seconds = float(told.get("seconds", SCRIPT_SECONDS))
        undo = told.get("undo", "true")
        return Offence(name, lambda: run(told["script"], seconds), told["says"], lambda: run(undo, UNDO_SECONDS))

    return [offence(name, told) for name, told in tomllib.loads(OFFENCES.read_text()).items()]


def _of_a_browser(stage: Stage, offender: Neighbour) -> list[Offence]:
    """Return the offences against the web process."""
    browser = Browser(stage.instance.address, offender.cookie, offender.sandbox.id)

    def end() -> None:
        argv = ["pkill", "-x", "yes|sleep"]
        DockerEngine(stage.socket).run(offender.sandbox.machine, argv, timeout_seconds=UNDO_SECONDS)

    return [
        Offence("yes into the terminal", lambda: asyncio.run(browser.stream()), r"\^C", end),
        Offence("connection flood", lambda: asyncio.run(browser.flood()), ".+"),
        Offence("2 GB paste", lambda: asyncio.run(browser.paste()), ".+", end),
    ]
