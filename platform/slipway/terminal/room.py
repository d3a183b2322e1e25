"""How many terminals one web process serves at once: in all, and for one person."""

import resource
from collections import Counter
from collections.abc import Hashable

from slipway.terminal.access import CloseCode, RefusedError

# Nine terminals in two windows, and some whose end was not noticed yet.
MOST_EACH = 24
# A terminal takes two descriptors, the page around it two to five; the database, Redis and files need some as well.
DESCRIPTORS_EACH = 4
DESCRIPTORS_KEPT = 128
ENOUGH = 65_536


class Room:
    """Counts who has a terminal open."""

    def __init__(self, most: int, most_each: int = MOST_EACH) -> None:
        self._most = most
        self._most_each = most_each
        self._open: Counter[Hashable] = Counter()

    def enter(self, person: Hashable) -> None:
        """Take a place for one more terminal of this person. Raise `RefusedError` when there is none."""
        if self._open.total() >= self._most:
            raise RefusedError(CloseCode.FULL)
        if self._open[person] >= self._most_each:
            raise RefusedError(CloseCode.TOO_MANY, most=self._most_each)
        self._open[person] += 1

    def leave(self, person: Hashable) -> None:
        """Give a place back."""
        self._open[person] -= 1
        if self._open[person] <= 0:
            del self._open[person]


def places() -> int:
    """Return how many terminals this process has descriptors for. First it takes all that it may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(1, (most - DESCRIPTORS_KEPT) // DESCRIPTORS_EACH)
