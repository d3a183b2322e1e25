"""How many of one kind of stream a process serves at once: in all, and for one person. Pure: it only counts."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class FullError(Exception):
    """The process serves as many as it can."""


class CrowdedError(Exception):
    """A person has as many as one may have."""


class Room:
    """Counts who has a place."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._open: Counter[Hashable] = Counter()

    def enter(self, person: Hashable) -> None:
        """Take one more place for this person. Raise `FullError` or `CrowdedError` when there is none."""
        if self._open.total() >= self._most:
            raise FullError
        if self._open[person] >= self._most_each:
            raise CrowdedError
        self._open[person] += 1

    def leave(self, person: Hashable) -> None:
        """Give a place back."""
        self._open[person] -= 1
        if self._open[person] <= 0:
            del self._open[person]

    @contextmanager
    def place(self, person: Hashable) -> Iterator[None]:
        """Hold a place as long as the block runs."""
        self.enter(person)
        try:
            yield
        finally:
            self.leave(person)
