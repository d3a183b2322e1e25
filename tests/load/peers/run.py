"""`./slipway bench --peers`: every measure over all terminals in turn, and one line for a peer that cannot be had."""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from rich.console import Console

from slipway.command.errors import CommandError
from tests.load.peers.compare import BRIEF, FULL, MEASURES, Measure, Size
from tests.load.peers.subjects import PEERS, Slipway, Subject
from tests.load.peers.table import OURS, Row, Taken, faults, table
from tests.load.stage import Stage

FAILURES = (OSError, RuntimeError, ValueError, CommandError)


@dataclass(slots=True)
class Comparison:
    """Slipway beside the peers that are installed below `home`; `missing` says why a peer is not measured."""

    stage: Stage
    home: Path
    size: Size
    missing: dict[str, str] = field(default_factory=dict)

    def rows(self, measure: Measure) -> list[Row]:
        """Take one measure of all; peers are started anew for it, so that none carries what another measure left."""
        with contextlib.ExitStack() as stack:
            subjects: list[Subject] = [Slipway(self.stage)]
            for peer in PEERS:
                if peer.name not in self.missing:
                    try:
                        subjects.append(stack.enter_context(peer.served(self.home, self.stage.instance.home)))
                    except FAILURES as error:
                        self.missing[peer.name] = str(error)
            taken = uvloop.run(_rounds(measure, subjects, self.size))
        return [Row(figure, taken) for figure in measure.figures]


def compare(stage: Stage, home: Path, names: Sequence[str], *, is_brief: bool, as_json: bool) -> None:
    """Take these measures and print them: a table, or one object per line."""
    comparison = Comparison(stage, home, BRIEF if is_brief else FULL)
    rows: list[Row] = []
    try:
        for measure in MEASURES:
            if measure.name in names:
                print(f"measuring {measure.name}", file=sys.stderr, flush=True)
                new = comparison.rows(measure)
                rows += new
                if as_json:
                    print(*(line for row in new for line in row.as_json()), sep="\n", flush=True)
    finally:
        # What was taken before Slipway itself failed is worth as much.
        if not as_json:
            _print(rows, comparison.missing, is_brief=is_brief)


async def _rounds(measure: Measure, subjects: Sequence[Subject], size: Size) -> dict[str, Taken]:
    taken: dict[str, Taken] = {}
    going = list(subjects)
    for _ in range(measure.rounds(size)):
        for subject in list(going):
            try:
                async with asyncio.timeout(measure.most_seconds):
                    new = await measure.take(subject, size)
            except FAILURES as error:
                if subject.name == OURS:
                    raise
                going.remove(subject)
                said = str(error) or f"not within {measure.most_seconds} s"
                taken.setdefault(subject.name, Taken([])).fault = f"given up: {said}"
            else:
                if subject.name in taken:
                    taken[subject.name].add(new)
                else:
                    taken[subject.name] = new
    return taken


def _print(rows: Sequence[Row], missing: dict[str, str], *, is_brief: bool) -> None:
    console = Console(soft_wrap=True, highlight=False)
    title = "slipway bench --peers" + (" --brief: too few for figures" if is_brief else "")
    measured = [peer for peer in PEERS if peer.name not in missing]
    console.print(table(rows, [peer.name for peer in measured], title))
    lines = [
        *faults(rows),
        *(f"{peer.name} {peer.does_not}" for peer in measured),
        *(f"{name}: not measured: {why}" for name, why in missing.items()),
        "slipway's shells are in a machine, behind an engine's exec. Memory is the server's own, without shells.",
    ]
    console.print(*lines, sep="\n", markup=False)
