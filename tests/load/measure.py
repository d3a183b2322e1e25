"""How a measure is taken and told: a value beside its floor, both from the same run, in turn."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


def milliseconds(action: Callable[[], object]) -> float:
    """Run the action and return how long it took."""
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of all values do not exceed, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the bench. `values` and `floors` are in `unit` and were taken in turn."""

    measure: str
    unit: str
    values: Sequence[float]
    floors: Sequence[float]
    goal: str
    met: bool
    notes: dict[str, float | str] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The median value as a multiple of the median floor."""
        return statistics.median(self.values) / statistics.median(self.floors)

    def as_json(self) -> str:
        """Return the line that `--json` prints."""
        return json.dumps(
            {
                "measure": self.measure,
                "unit": self.unit,
                "value": round(statistics.median(self.values), 3),
                "floor": round(statistics.median(self.floors), 3),
                "ratio": round(self.ratio, 3),
                "goal": self.goal,
                "met": self.met,
                "n": len(self.values),
                "p50": round(statistics.median(self.values), 3),
                "p95": round(percentile(self.values, 0.95), 3),
                "floor_p50": round(statistics.median(self.floors), 3),
                "floor_p95": round(percentile(self.floors, 0.95), 3),
                **self.notes,
            }
        )

    def as_row(self) -> list[str]:
        """Return the cells of the table: measure, p50, p95, floor's p50, ratio, n, met or missed."""
        return [
            self.measure,
            f"{statistics.median(self.values):.2f} {self.unit}",
            f"{percentile(self.values, 0.95):.2f}",
            f"{statistics.median(self.floors):.2f}",
            f"{self.ratio:.2f}",
            str(len(self.values)),
            "met" if self.met else "MISSED",
        ]

    @property
    def goal_in_words(self) -> str:
        """What was to be met, with the figures that it is made of."""
        notes = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.notes.items())
        return f"{self.measure}: {self.goal} ({notes})" if notes else f"{self.measure}: {self.goal}"
