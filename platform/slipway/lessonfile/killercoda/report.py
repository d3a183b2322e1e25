"""What became of each part of a scenario. Pure: no Django, no IO."""

import enum
from dataclasses import dataclass, field


class Fate(enum.StrEnum):
    """What became of a part."""

    KEPT = "kept"
    CHANGED = "changed"
    LOST = "could not be"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a report: where in the scenario, and what became of it."""

    fate: Fate
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.fate}: {self.where}: {self.text}"


@dataclass(slots=True)
class Report:
    """All lines about one scenario, in the order of its parts, each said once."""

    entries: list[Entry] = field(default_factory=list)
    said: set[Entry] = field(default_factory=set)

    def kept(self, where: str, text: str) -> None:
        """Tell of a part that is as it was."""
        self._add(Entry(Fate.KEPT, where, text))

    def changed(self, where: str, text: str) -> None:
        """Tell of a part that is there in another way."""
        self._add(Entry(Fate.CHANGED, where, text))

    def lost(self, where: str, text: str) -> None:
        """Tell of a part that has no place in a lesson."""
        self._add(Entry(Fate.LOST, where, text))

    def _add(self, entry: Entry) -> None:
        if entry not in self.said:
            self.said.add(entry)
            self.entries.append(entry)
