"""Slipway's figures beside the peers', and where a peer wins. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.table import Table

from tests.load.measure import percentile

OURS = "slipway"


@dataclass(slots=True)
class Taken:
    """What was taken of one terminal: some series of samples, and in words what was wrong meanwhile."""

    series: Sequence[list[float]]
    fault: str = ""

    def add(self, other: "Taken") -> None:
        """Add another round."""
        for mine, more in zip(self.series, other.series, strict=True):
            mine.extend(more)
        self.fault = self.fault or other.fault


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: the `share` (0 to 1) of a series that is not exceeded; of a rate more is better."""

    title: str
    unit: str
    series: int
    share: float
    is_rate: bool = False


@dataclass(slots=True)
class Row:
    """One figure of all terminals, by name."""

    figure: Figure
    taken: Mapping[str, Taken]
    values: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        self.values = {
            name: percentile(samples, self.figure.share)
            for name, taken in self.taken.items()
            if (samples := taken.series[self.figure.series] if taken.series else [])
        }

    def ratio(self, name: str) -> float | None:
        """Return a peer's value as a multiple of Slipway's; none where one of them is missing, or not positive."""
        ours, theirs = self.values.get(OURS, 0), self.values.get(name, 0)
        return theirs / ours if ours > 0 and theirs > 0 else None

    def wins(self, name: str) -> bool:
        """Return whether a peer is better, and did the whole of it."""
        if name == OURS or {name, OURS} - set(self.values) or self.taken[name].fault:
            return False
        ours, theirs = self.values[OURS], self.values[name]
        return theirs > ours if self.figure.is_rate else theirs < ours

    def cell(self, name: str) -> str:
        """Return the value with its ratio to Slipway's, whether it wins, and a star where a fault is told below."""
        if name not in self.values:
            return "-" if name not in self.taken or not self.taken[name].fault else "- *"
        ratio = self.ratio(name)
        return " ".join(
            [
                f"{self.values[name]:.2f} {self.figure.unit}",
                *([f"({ratio:.2f} x)"] if ratio and name != OURS else []),
                *(["*"] if self.taken[name].fault else []),
                *(["WINS"] if self.wins(name) else []),
            ]
        )

    def as_json(self) -> list[str]:
        """Return a line for each terminal."""
        return [
            json.dumps(
                {
                    "figure": self.figure.title,
                    "unit": self.figure.unit,
                    "terminal": name,
                    "value": round(self.values[name], 3) if name in self.values else None,
                    "ratio": round(ratio, 3) if (ratio := self.ratio(name)) else None,
                    "wins": self.wins(name),
                    "fault": taken.fault,
                }
            )
            for name, taken in self.taken.items()
        ]


def table(rows: Sequence[Row], names: Sequence[str], title: str) -> Table:
    """Return Slipway beside each peer; the ratio is the peer's figure as a multiple of Slipway's."""
    drawn = Table(title=title)
    for heading in ("figure", OURS, *names):
        drawn.add_column(heading)
    for row in rows:
        drawn.add_row(row.figure.title, *(row.cell(name) for name in (OURS, *names)))
    return drawn


def faults(rows: Sequence[Row]) -> list[str]:
    """Return a line for each thing that was wrong."""
    lines = [
        f"* {row.figure.title}: {name}: {taken.fault}"
        for row in rows
        for name, taken in row.taken.items()
        if taken.fault
    ]
    return list(dict.fromkeys(lines))
